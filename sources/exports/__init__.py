"""Owner data exports: the ZIP that a platform gives an account's owner, one file for each platform's layout. Nothing here reaches a network."""
