"""The page of folders: what of each is elsewhere too."""
