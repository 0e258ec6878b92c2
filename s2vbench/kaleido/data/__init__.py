"""What Kaleido is trained on: folders of clips, the rendered world, and latents computed once."""
