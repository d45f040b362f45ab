"""The main window and what is around every page."""
