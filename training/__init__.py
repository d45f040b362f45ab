"""Makes the built-in model: data, augmentation, losses, training, evaluation and export."""
