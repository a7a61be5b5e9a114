"""One collector per platform, and the one HTTP client."""
