"""Bytes to frames and back; named sampling policies and resize recipes. No torch."""
