"""Ablations: variants of one training, seed by seed, up to a table with paired intervals (docs/ablate.md)."""
