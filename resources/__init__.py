"""What the app ships besides code: the built-in model, icons, translations."""
