"""Example City: an invented department to try Plainview on. Its accounts, posts and pictures are made up; a loopback server speaks the platforms' formats."""
