"""The comparison of two photos: side by side, or laid over each other."""
