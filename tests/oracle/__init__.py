"""The official packages that s2vbench is compared with, asked by subprocess only."""
