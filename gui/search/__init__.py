"""The search page: photos like a given picture."""
