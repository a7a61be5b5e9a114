"""The kit that fits and measures the artwork detector on invented emblems. Nothing here runs in a department."""
