"""Foursquare and Swarm, with the owner's token."""
