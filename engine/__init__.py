"""Finds, compares and groups photos; no Qt here, usable from a script."""
