"""Text out of metadata, made fit for any store and label."""

from typing import Any

MAX_CAPTION = 2000  # characters
_MAX_LABEL = 100  # characters


def clean(value: Any, *, limit: int = _MAX_LABEL) -> str | None:
    """Text that any store and label can show: no control characters, no lone surrogates, bounded.

    None for what is not text or is empty. Bytes are UTF-8, else Latin-1.
    """
    if isinstance(value, bytes):
        value = value[: 4 * limit]
        try:
            value = value.decode()
        except UnicodeDecodeError:
            value = value.decode("latin-1")
    if not isinstance(value, str):
        return None
    text = value[: 4 * limit].encode("utf-8", "ignore").decode("utf-8")
    text = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(text.split())[:limit].strip() or None
