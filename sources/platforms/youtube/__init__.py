"""YouTube: the channel's feed, and the Data API with a key."""
