"""The history page: removals and decisions."""
