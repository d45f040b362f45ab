"""Vectors to candidate pairs and nearest photos."""
