"""Measurements, against what a user would pick instead. Each prints its figures as ratios taken in one run."""
