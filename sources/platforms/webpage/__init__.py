"""Public pages without a feed: MySpace and Nixle."""
