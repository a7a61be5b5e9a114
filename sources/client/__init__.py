"""The one HTTP client: whom it may ask, how often, for how long and how much, with which token, and what it writes down."""
