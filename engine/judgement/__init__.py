"""Which photo of a group to keep, and why."""
