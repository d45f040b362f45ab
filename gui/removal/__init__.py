"""The removal job and its summary."""
