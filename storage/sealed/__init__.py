"""The undercover compartment: its keys, what they seal, and whose it is."""
