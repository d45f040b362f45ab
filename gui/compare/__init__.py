"""Two photos side by side, laid on each other."""
