"""Discourse forums, by their JSON."""
