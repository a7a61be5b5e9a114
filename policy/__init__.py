"""The department's rules: written directives as data, and pure functions over domain types. Knows no storage, network or clock."""
