"""From a file's bytes to an upright picture: formats, limits, helper processes, quality."""
