"""The window over the engine; nothing here decides anything about photos."""
