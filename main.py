"""Starts Kindred from a checkout; `python -m kindred` does the same once it is installed."""

import sys

from kindred.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
