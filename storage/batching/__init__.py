"""From what a flow hands in to the tables: batches, their files, and taking them in."""
