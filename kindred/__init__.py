"""Kindred's packages under one name: `kindred.engine` is the folder `engine` of a checkout.

An installed Kindred has them inside this package (see setup.py).
"""

from pathlib import Path

_here = Path(__file__).resolve().parent
if not (_here / "engine").is_dir():
    __path__.append(str(_here.parent))
