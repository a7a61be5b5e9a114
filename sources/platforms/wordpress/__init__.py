"""WordPress, by its REST API."""
