"""The department's rules: directives as data, and pure functions over the vocabulary."""
