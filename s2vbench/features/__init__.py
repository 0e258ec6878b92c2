"""What metrics may ask about one video, computed at most once. No torch."""
