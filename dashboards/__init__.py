"""The review site."""
