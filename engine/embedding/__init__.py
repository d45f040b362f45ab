"""Pictures to unit vectors: networks, the devices they run on, and what a cosine means."""
