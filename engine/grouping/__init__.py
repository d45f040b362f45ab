"""Relations to the groups that the user reviews."""
