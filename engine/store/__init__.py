"""The store: everything Kindred remembers of one library, in one SQLite file."""

from kindred.engine.store.contents import Records
from kindred.engine.store.files import Files
from kindred.engine.store.journal import Journal
from kindred.engine.store.relations import Evidence
from kindred.engine.store.vectors import Vectors


class Store(Files, Records, Vectors, Evidence, Journal):
    """Opens the store at a path, or makes it; see database for opening, closing and locking.

    Files knows paths, Records contents and photos, Vectors what the network made of them, Evidence
    their relations, Journal what the user settled.
    """
