"""Stops the database once whoever served is gone, however they went: `python -m jiangtai.kernel.keeper HOME`."""

import sys
from pathlib import Path


def main() -> None:
    """Wait for the other end of the pipe to be dropped; then stop what runs, unless another serves by now."""
    sys.stdin.read()
    from .embedded import Cluster
    from .home import Home

    Cluster(Home(Path(sys.argv[1]))).stop_abandoned()


if __name__ == "__main__":
    main()
