"""Finds, compares and groups photos; no Qt here, usable from a script."""

import os

# Every worker of a scan is one thread: numpy's own threads would fight them (a step of the
# verification took 59 ms instead of 4). Read by OpenBLAS when numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
