"""Pages marked up with h-entry."""
