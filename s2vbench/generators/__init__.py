"""Who makes videos."""
