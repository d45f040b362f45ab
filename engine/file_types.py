"""What the names and formats of photos mean; the only lists of them."""

# fmt: off
RAW_SUFFIXES = frozenset({
    ".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".fff", ".gpr", ".iiq", ".k25",
    ".kdc", ".mdc", ".mef", ".mos", ".mrw", ".nef", ".nrw", ".orf", ".ori", ".pef", ".ptx", ".raf",
    ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f",
})
PHOTO_SUFFIXES = RAW_SUFFIXES | {
    ".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".jfi", ".mpo", ".png", ".apng", ".webp", ".tif",
    ".tiff", ".bmp", ".dib", ".gif", ".heic", ".heics", ".heif", ".heifs", ".hif", ".avif",
    ".avifs", ".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx", ".jpm", ".jxl", ".psd", ".psb",
    ".tga", ".icb", ".vda", ".vst", ".qoi", ".ico", ".cur", ".pcx", ".pnm", ".ppm", ".pgm", ".pbm",
    ".pam", ".pfm", ".exr", ".hdr", ".rgbe", ".jxr", ".hdp", ".wdp", ".xcf", ".dds",
}
# Files with these endings are not opened to see whether they are pictures.
OTHER_SUFFIXES = frozenset({
    # documents and data
    ".txt", ".md", ".rtf", ".log", ".csv", ".tsv", ".json", ".xml", ".xmp", ".yml", ".yaml", ".ini",
    ".cfg", ".conf", ".toml", ".plist", ".html", ".htm", ".css", ".pdf", ".ps", ".eps", ".ai",
    ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".odp", ".pages", ".numbers",
    ".key", ".epub", ".mobi", ".azw3", ".djvu", ".tex", ".bib", ".ics", ".vcf", ".eml", ".msg",
    ".mbox", ".pst", ".db", ".sqlite", ".sqlite3", ".sql", ".parquet", ".npy", ".npz", ".h5",
    ".lrcat", ".lrprev", ".lrmprev", ".lnk", ".url", ".webloc", ".desktop", ".torrent", ".srt",
    ".vtt", ".sub", ".gpx", ".kml", ".kmz", ".fit", ".tcx",
    # what programs put beside photos
    ".aae", ".on1", ".dop", ".pp3", ".arp", ".vrd", ".dr4", ".thm", ".ctg", ".ind", ".bin", ".cos",
    ".cot", ".cop", ".nksc", ".picasa", ".modd", ".moff", ".lrv", ".idx", ".md5", ".sha1",
    ".sha256", ".sfv", ".par2",
    # drawings of lines, which are not compared
    ".svg", ".svgz", ".wmf", ".emf", ".cdr", ".dxf", ".dwg",
    # videos and sounds
    ".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".wmv", ".flv", ".f4v", ".3gp", ".3g2", ".mpg",
    ".mpeg", ".mpe", ".m2v", ".mts", ".m2ts", ".ts", ".vob", ".ogv", ".mxf", ".insv", ".360", ".mp",
    ".mp3", ".m4a", ".aac", ".wav", ".flac", ".ogg", ".oga", ".opus", ".wma", ".aif", ".aiff",
    ".mid", ".midi", ".amr", ".caf", ".m3u", ".m3u8",
    # archives and images of disks
    ".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".lz4", ".cab", ".iso",
    ".img", ".dmg", ".vhd", ".vhdx", ".vmdk", ".qcow2", ".jar", ".apk", ".ipa", ".deb", ".rpm",
    # programs
    ".exe", ".dll", ".msi", ".so", ".dylib", ".a", ".o", ".obj", ".lib", ".pyc", ".class", ".wasm",
    ".py", ".js", ".mjs", ".jsx", ".tsx", ".c", ".h", ".cc", ".cpp", ".hpp", ".cs", ".java", ".kt",
    ".go", ".rs", ".rb", ".php", ".pl", ".sh", ".bat", ".ps1", ".swift", ".m", ".r", ".lua", ".vb",
    ".ipynb", ".map", ".lock", ".ttf", ".otf", ".woff", ".woff2", ".pt", ".pth", ".onnx",
    ".safetensors",
})
# fmt: on
LOSSLESS_FORMATS = frozenset({"PNG", "TIFF", "BMP", "PPM", "TGA", "PSD", "QOI", "PCX"})
"""PhotoInfo.format of what keeps the pixels it was given, nearly always."""
# XMP: Adobe, darktable, digiKam; AAE: Apple; on1: ON1; dop: DxO; pp3, arp: RawTherapee, ART;
# vrd, dr4: Canon; cos: Capture One; nksc: Nikon; json: Takeout; wav: what was said into a camera
SIDECAR_SUFFIXES = frozenset({
    ".xmp", ".aae", ".on1", ".dop", ".pp3", ".arp", ".vrd", ".dr4", ".cos", ".nksc", ".json",
    ".wav",
})  # fmt: skip
MOVIE_SUFFIXES = frozenset({".mov", ".mp4", ".mp"})  # Pixel phones call the movie of a.MP.jpg a.MP
