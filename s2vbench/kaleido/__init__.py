"""Kaleido (arXiv 2510.18573), the reference model: positions, transformer, checkpoints, pipeline, trainer."""
