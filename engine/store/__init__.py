"""The store: everything Kindred remembers of one library, in one SQLite file."""

from kindred.engine.store.contents import Contents
from kindred.engine.store.decisions import Decisions
from kindred.engine.store.files import Files
from kindred.engine.store.journal import Journal
from kindred.engine.store.judgements import Judgements
from kindred.engine.store.relations import Relations
from kindred.engine.store.vectors import Vectors


class Store(Files, Contents, Vectors, Relations, Judgements, Decisions, Journal):
    """Opens the store at a path, or makes it; see database for opening, closing and locking.

    Files knows paths, Contents what the photos are, Vectors what the network made of them,
    Relations how they are related, Judgements what their files carry and whether one is in another,
    Decisions what the user settled, Journal what was removed.
    """
