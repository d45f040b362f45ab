"""The store: everything Kindred remembers of one library, in one SQLite file."""

from engine.evidence import Evidence
from engine.files import Files
from engine.journal import Journal
from engine.records import Records
from engine.vectors import Vectors


class Store(Files, Records, Vectors, Evidence, Journal):
    """Opens the store at a path, or makes it; see engine.database for opening, closing and locking.

    Files knows paths, Records contents and photos, Vectors what the network made of them, Evidence
    their relations, Journal what the user settled.
    """
