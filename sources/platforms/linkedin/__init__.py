"""LinkedIn organisations, with their own token."""
