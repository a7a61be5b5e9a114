"""What is kept how long, what holds keep longer, and how the rest goes for good."""
