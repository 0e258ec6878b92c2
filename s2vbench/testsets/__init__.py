"""Test sets: what models are asked to make."""
