"""Who holds the store, how others reach it, and who may."""
