"""The shipped test set `s2v400`: who is in it, how its pictures are drawn, and what its cases ask for."""
