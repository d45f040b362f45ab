"""What pages share that is no widget: tasks, thumbnails, translation, preferences."""
