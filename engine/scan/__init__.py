"""Folders to a filled store: walking, reading, embedding, matching."""
