"""The store: everything Kindred remembers of one library, in one SQLite file."""

from engine.evidence import Evidence
from engine.journal import Journal
from engine.records import Records


class Store(Records, Evidence, Journal):
    """Opens the store at a path, or makes it; see engine.database for opening, closing and locking.

    Records knows files and contents, Evidence vectors and relations, Journal what the user settled.
    """
