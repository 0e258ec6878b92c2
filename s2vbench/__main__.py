"""`python -m s2vbench`."""

from s2vbench.cli.main import main

main()
