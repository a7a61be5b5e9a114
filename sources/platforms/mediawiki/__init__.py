"""MediaWiki: what an account edited and uploaded."""
