"""Starts what the office needs (environment, PostgreSQL, worker, beat, web) with Python's standard library alone."""
