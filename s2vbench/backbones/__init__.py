"""Networks. With `kaleido/` and `baselines/` the only room that imports torch."""
