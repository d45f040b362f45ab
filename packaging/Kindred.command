#!/bin/sh
# Double-click on macOS: opens Kindred from this checkout, in its .venv when there is one.
cd "$(dirname "$0")/.." || exit 1
[ -x .venv/bin/python ] && exec .venv/bin/python main.py
exec python3 main.py
