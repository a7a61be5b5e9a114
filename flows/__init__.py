"""Prefect: schedules, retries, concurrency."""
