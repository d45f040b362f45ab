"""Folders that are not for the user to tidy up: other programs' libraries, trashes, thumbnails."""

from collections.abc import Collection
from enum import Enum
from pathlib import Path


class Foreign(Enum):
    """Why a folder is not entered. The value is what the skipped list says; None: nothing."""

    LIBRARY = "the library of another application, which removing photos would damage"
    TRASH = "a trash: what lies in it was thrown away"
    VERSIONS = "earlier versions of files, kept by a program that synchronises folders"
    THUMBNAILS = "previews made by another program or by the drive"
    SYSTEM = None


# All names are compared in lower case.
_LIBRARY_SUFFIXES = (
    ".photoslibrary",  # Apple Photos
    ".photolibrary",  # iPhoto
    ".migratedphotolibrary",  # iPhoto's or Aperture's, taken over by Photos
    ".aplibrary",  # Aperture
    ".apvault",
    ".photoboothlibrary",
    ".lrlibrary",  # Lightroom
    ".lrcat-data",
    ".cocatalog",  # Capture One
)
_THUMBNAIL_SUFFIXES = (".lrdata",)  # Lightroom's previews and smart previews
_THUMBNAIL_STARTS = ("appdata_oc", "mipmaps-")  # Nextcloud's, darktable's
_TRASHES = frozenset({
    "$recycle.bin", "recycler", "recycled",  # Windows
    ".trash", ".trashes",  # macOS, and other systems' home folders
    "#recycle", "@recycle",  # Synology, QNAP
    "files_trashbin",  # Nextcloud, ownCloud
    ".dtrash",  # digiKam
    ".trashbin", ".trash-can", ".recycle",  # Samba's and others'
})  # fmt: skip
_VERSIONS = frozenset({
    ".stversions", ".stfolder",  # Syncthing
    "files_versions",  # Nextcloud, ownCloud
    "#snapshot", ".snapshot", ".snapshots", "@recently-snapshot",  # drives in the network
    ".sync", ".dropbox.cache", ".tmp.drivedownload", ".tmp.driveupload",
    ".picasaoriginals",
})  # fmt: skip
_THUMBNAILS = frozenset({
    "@eadir", ".@__thumb",  # Synology, QNAP
    ".thumbnails", ".thumbs", ".thumb", "zbthumbnail",
})  # fmt: skip
_SYSTEM = frozenset({
    "system volume information", "lost+found", "found.000", "__macosx", ".fseventsd",
    ".spotlight-v100", ".documentrevisions-v100", ".temporaryitems", "@tmp",
})  # fmt: skip
_TOLD_BY_INSIDE = ("trash", "iphoto library", "aperture library", "iphoto")
_NAMES = {
    **dict.fromkeys(_TRASHES, Foreign.TRASH),
    **dict.fromkeys(_VERSIONS, Foreign.VERSIONS),
    **dict.fromkeys(_THUMBNAILS, Foreign.THUMBNAILS),
    **dict.fromkeys(_SYSTEM, Foreign.SYSTEM),
}


def by_name(name: str) -> Foreign | None:
    """What a folder of this name is, if it is not the user's."""
    name = name.lower()
    if name.startswith(".trash-"):  # of each user, on a drive: freedesktop.org's trash
        return Foreign.TRASH
    if name.endswith(_LIBRARY_SUFFIXES):
        return Foreign.LIBRARY
    if name.endswith(_THUMBNAIL_SUFFIXES) or name.startswith(_THUMBNAIL_STARTS):
        return Foreign.THUMBNAILS
    return _NAMES.get(name)


def by_what_is_inside(name: str, inside: Collection[str]) -> Foreign | None:
    """The same of a folder whose names tell only together with what lies in it."""
    names = {inner.lower() for inner in inside}
    if name.lower() == "trash" and {"files", "info"} <= names:
        return Foreign.TRASH
    if "albumdata.xml" in names and names & {"masters", "originals", "iphoto.ipspot"}:
        return Foreign.LIBRARY
    if {"apdb", "masters"} <= names or "library.iphoto" in names:  # opened with another ending
        return Foreign.LIBRARY
    if name.lower() == "captureone" and names & {"cache", "settings"}:
        return Foreign.THUMBNAILS
    return None


def around(folder: Path) -> tuple[Path, Foreign] | None:
    """The outermost library, trash or store of versions that a folder is or lies in."""
    for path in reversed([folder, *folder.parents]):
        found = by_name(path.name)
        if found is None and path.name.lower() in _TOLD_BY_INSIDE:
            found = by_what_is_inside(path.name, _names_in(path))
        if found in (Foreign.LIBRARY, Foreign.TRASH, Foreign.VERSIONS):
            return path, found
    return None


def _names_in(folder: Path) -> list[str]:
    try:
        return [inner.name for inner in folder.iterdir()]
    except OSError:
        return []
