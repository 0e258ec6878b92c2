"""Runs: the folder, the driver, what makes a run resumable."""
