"""What the names and formats of photos mean; the only lists of them."""

RAW_SUFFIXES = frozenset({".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf", ".orf", ".rw2"})
# fmt: off
PHOTO_SUFFIXES = RAW_SUFFIXES | {
    ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".webp", ".tif", ".tiff", ".bmp", ".dib",
    ".gif", ".heic", ".heics", ".heif", ".heifs", ".hif", ".avif",
}
# fmt: on
LOSSLESS_FORMATS = frozenset({"PNG", "TIFF", "BMP", "PPM", "TGA"})
"""PhotoInfo.format of what keeps the pixels it was given, nearly always."""
# XMP: Adobe, darktable, digiKam; AAE: Apple; on1: ON1; dop: DxO; pp3: RawTherapee; json: Takeout
SIDECAR_SUFFIXES = frozenset({".xmp", ".aae", ".on1", ".dop", ".pp3", ".json"})
MOVIE_SUFFIXES = frozenset({".mov", ".mp4", ".mp"})  # Pixel phones call the movie of a.MP.jpg a.MP
