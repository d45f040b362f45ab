"""The store: everything Kindred remembers of one library, in one SQLite file."""

from engine.evidence import Evidence
from engine.files import Files
from engine.journal import Journal
from engine.records import Records


class Store(Files, Records, Evidence, Journal):
    """Opens the store at a path, or makes it; see engine.database for opening, closing and locking.

    Files knows paths, Records contents and photos, Evidence vectors and relations, Journal what the
    user settled.
    """
