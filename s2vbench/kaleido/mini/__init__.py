"""How the embedded model `kaleido:mini` was made: its frames, autoencoder and text encoder; the rest is `training/`."""
