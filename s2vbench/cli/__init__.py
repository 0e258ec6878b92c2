"""The command line. Results on stdout, everything else on stderr."""
