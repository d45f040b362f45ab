"""The review page: groups, photos and marks."""
