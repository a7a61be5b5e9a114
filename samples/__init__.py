"""Example City: an invented department to try Plainview on."""
