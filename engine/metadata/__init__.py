"""What a file says of its photo: EXIF, XMP, IPTC and sidecars."""
