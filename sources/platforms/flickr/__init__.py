"""Flickr: its public feed, and its API with a key."""
