"""Brings the translations up to date with the window's texts.

    python packaging/translations.py

Collects what gui/ marks for translation, puts new texts into every resources/translations/*.po
(for a translator to fill in) and takes old ones out, and compiles the .mo files that are shipped.
A new language: copy a .po, empty it, set its Language and Plural-Forms, name it in i18n.LANGUAGES.
"""

import ast
import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "translations"
KEYWORDS = {"tr": 1, "trn": 2, "later": 1, "plural": 2}  # how many arguments are texts


def template() -> Catalog:
    """Every text of the window, with the files that show it."""
    found = Catalog()
    for file in sorted((ROOT / "gui").rglob("*.py")):
        where = [(file.relative_to(ROOT).as_posix(), 0)]
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = (
                node.func.id
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                else ""
            )
            texts = [
                part.value
                for part in (node.args[: KEYWORDS[name]] if name in KEYWORDS else ())
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            ]
            if texts:
                found.add(texts[0] if len(texts) == 1 else tuple(texts), locations=where)
    return found


def read(file: Path) -> Catalog:
    """A translation as it lies on the disk."""
    with file.open("rb") as data:
        return read_po(data, locale=file.stem)


def po_bytes(words: Catalog) -> bytes:
    """The .po of a translation: sorted, without line numbers, so that edits are small."""
    out = io.BytesIO()
    write_po(out, words, width=100, sort_output=True, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()


def mo_bytes(words: Catalog) -> bytes:
    """The .mo of a translation, as gettext reads it."""
    out = io.BytesIO()
    write_mo(out, words)
    return out.getvalue()


def missing(words: Catalog) -> list[str]:
    """The English texts that have no words, or not in every plural form."""
    return [
        str(message.id)
        for message in words
        if message.id
        and (
            message.fuzzy
            or not all(message.string if isinstance(message.string, tuple) else [message.string])
        )
    ]


def main() -> None:
    texts = template()
    for file in sorted(FOLDER.glob("*.po")):
        words = read(file)
        words.update(texts, no_fuzzy_matching=True, update_creation_date=False)
        file.write_bytes(po_bytes(words))
        file.with_suffix(".mo").write_bytes(mo_bytes(words))
        left = missing(words)
        sys.stdout.write(f"{file.name}: {len(words)} texts, {len(left)} without words\n")
        for text in left:
            sys.stdout.write(f"   {text}\n")


if __name__ == "__main__":
    main()
