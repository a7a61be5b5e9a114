"""One detector per file; pure: no clock, no network, no database."""
