"""The library page, scanning, and watching folders."""
