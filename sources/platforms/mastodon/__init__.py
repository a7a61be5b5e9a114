"""Mastodon's client API: an account's statuses, and on a department's own account what others answered."""
