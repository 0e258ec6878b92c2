"""Recipes of the small networks of profile `mini`: drawn data with truth, training, and measures on held-out clips."""
