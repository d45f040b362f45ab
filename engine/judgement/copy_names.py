"""Names of files and folders that say: this is the copy."""

import re
from itertools import takewhile
from pathlib import Path

# What file managers, browsers and messengers add to a copy's name, in the languages of most users.
_COPY_NAME = re.compile(
    r"(\(\d{1,3}\)|[ _-]copy( ?\(?\d+\)?)?|[ _-](kopie|copie|copia|kopia|kopi|копия|副本|拷贝)"
    r"( ?\(?\d+\)?)?)$|^(copy|kopie|copie|copia|kopia|kopi|копия)[ _-]?(of|von|de|di|af)?[ _-]"
    r"|(^|[_-])(IMG|VID)-\d{8}-WA\d+|^\d+_\d+_\d+_[no]$|^received_\d+|^FB_IMG_\d+",
    re.IGNORECASE,
)
_COPY_FOLDER = re.compile(
    r"^(back-?ups?|sicherung(en)?|sauvegardes?|respaldo|downloads?|te?mp|temporary|cache"
    r"|copy of .*|.* - copy|.*\(\d{1,3}\)|.*[ _-](back-?up|copy|kopie)"
    r"|(back-?up|sicherung)[ _-].*|whatsapp.*|telegram.*|signal|messenger|wechat|weixin|viber"
    r"|received|sent|sent items|mail attachments?|bluetooth)$",
    re.IGNORECASE,
)


def names_copy(path: Path) -> bool:
    """Whether the name of a file, or of a folder it lies in, says that it is a copy."""
    return _is_copy(path, path.parent.parts)


def copy_places(one: Path, two: Path) -> tuple[bool, bool]:
    """Of two files, which have a name, or lie in a folder, that says it is the copy.

    Folders that both lie in say nothing.
    """
    above = one.parent.parts, two.parent.parts
    shared = sum(1 for _ in takewhile(lambda both: both[0] == both[1], zip(*above, strict=False)))
    return _is_copy(one, above[0][shared:]), _is_copy(two, above[1][shared:])


def _is_copy(path: Path, folders: tuple[str, ...]) -> bool:
    return bool(_COPY_NAME.search(path.stem)) or any(map(_COPY_FOLDER.match, folders))
