"""One file for each platform, or one package whose `source.py` is its way in."""
