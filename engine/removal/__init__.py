"""Removing photos, checking the disk before, and undoing it."""
