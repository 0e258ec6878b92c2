"""`python -m s2vbench`, and the command `s2vbench`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; an interruption while it is still being loaded ends like any other."""
    try:
        from s2vbench.cli.main import main as run
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
