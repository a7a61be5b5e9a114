"""Bluesky: its AppView, and the repository on the account's own server."""
