"""Where the subjects of a case are in a video, and what they look like there. No torch."""
