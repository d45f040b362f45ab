"""Widgets and painting that several pages share."""
