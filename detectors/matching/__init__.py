"""How an artwork is found in a picture: local features, votes for placements, and a look at every pixel."""
