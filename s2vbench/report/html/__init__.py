"""The page of a report: one HTML file that shows everything a run folder knows, without a network."""
