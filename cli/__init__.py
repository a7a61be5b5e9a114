"""The plainview command: one file per group of commands."""
