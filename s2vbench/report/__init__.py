"""Reports: views on records, always rebuilt, never a source."""
