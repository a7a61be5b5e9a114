"""Message boards: their feeds, and plain HTML by a layout that settings name."""
