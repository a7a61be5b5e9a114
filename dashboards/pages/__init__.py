"""One file for each page, with a template of the same name."""
