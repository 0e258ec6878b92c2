"""What builds the official vbench's environment, and what runs inside it."""
