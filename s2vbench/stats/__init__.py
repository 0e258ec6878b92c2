"""Statistics on records. The case is the unit."""
