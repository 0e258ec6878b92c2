"""Metrics: pure functions on arrays plus a small declarative record. One family a file. No torch."""
