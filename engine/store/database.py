"""The file under the store: connections, transactions, the lock, damage and backups.

Reading borrows a connection that no other thread uses meanwhile; writing goes through the one
writing connection, one transaction at a time.
"""

import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from kindred.engine.errors import NewerStoreError, StoreError
from kindred.engine.messages import Code, Message, cause, tell
from kindred.engine.paths import private
from kindred.engine.store import backups, recovery, settled_log
from kindred.engine.store.schema import is_whole, migrate

BACKUP_SECONDS = 60.0

_NONSENSE = "values"  # in the mark of damage

log = logging.getLogger(__name__)


class Database:
    """An open store file. Safe from any thread.

    `notice` tells the user what had to be mended while opening; None when nothing had to.
    `claimed` says whether this process is the one that may scan and remove. `changes` grows with
    every transaction of this process that changes what is known of photos.
    """

    def __init__(self, path: Path) -> None:
        """Open the store at `path`, or make it. Raises StoreError."""
        self.path = path
        self.notice: Message | None = None
        self.changes = 0
        self._idle: list[sqlite3.Connection] = []
        self._writing = threading.RLock()
        self._lock: sqlite3.Connection | None = None
        self._unsaved = False
        self._saved_at = time.monotonic() - BACKUP_SECONDS
        self._closed = False
        try:
            with self._plain_errors():
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._try_to_claim()
                self._writer = self._open()
        except BaseException as error:
            self._unlock()
            if isinstance(error, OSError):
                raise StoreError(Code.LIBRARY_NOT_OPENED, why=cause(error)) from error
            raise

    def close(self) -> None:
        """Save what the user settled and let go of the file; a second call does nothing."""
        with self._writing:
            if self._closed:
                return
            self._closed = True
            if self._unsaved and self.claimed:
                self._back_up()
            while self._idle:
                self._idle.pop().close()
            self._writer.close()
            self._unlock()

    @contextlib.contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection for this thread alone. Raises StoreError."""
        with self._plain_errors():
            if self._closed:
                raise StoreError(Code.LIBRARY_CLOSED)
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = self._connect()
            try:
                yield connection
            finally:
                self._give_back(connection)

    @contextlib.contextmanager
    def write(
        self, *, durable: bool = False, kept: bool = False, shown: bool = False
    ) -> Iterator[sqlite3.Connection]:
        """The writing connection in one transaction, rolled back when the block raises.

        Inside another `write` of the same thread it is part of that one's transaction.

        `durable` waits until the disk has it, so that even a power cut cannot undo it. `kept` says
        that the transaction changes what the user settled, which is then backed up; `shown` that it
        changes besides which photos there are.
        Raises StoreError.
        """
        with self._writing, self._plain_errors():
            if self._closed:
                raise StoreError(Code.LIBRARY_CLOSED)
            nested = self._writer.in_transaction
            if nested:
                self._unsaved |= kept
                yield self._writer
                return
            self._writer.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._writer.execute("BEGIN IMMEDIATE")
            before = self._writer.total_changes
            try:
                yield self._writer
                line = settled_log.take(self._writer)
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise
            if line is not None:
                self._log(line)
            self.changes += (shown or not kept) and self._writer.total_changes > before
            if kept:
                self._unsaved = True
                # A second window's are in the log; two that save at once would spoil the backup.
                if self.claimed and time.monotonic() - self._saved_at >= BACKUP_SECONDS:
                    self._back_up()

    @property
    def claimed(self) -> bool:
        return self._lock is not None

    def claim(self) -> None:
        """Become the one process that scans and removes. Raises StoreError when another is."""
        with self._writing, self._plain_errors():
            if not self._try_to_claim():
                raise StoreError(Code.LIBRARY_IN_USE)

    def _try_to_claim(self) -> bool:
        # SQLite's own lock on an empty file: works on every system, ends with the process, and is
        # not inherited by workers.
        if self._lock is None:
            self._beside("lock").touch(mode=0o600)
            lock = sqlite3.connect(
                self._beside("lock"), timeout=0, isolation_level=None, check_same_thread=False
            )
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                lock.close()
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
            else:
                self._lock = lock
        return self._lock is not None

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.close()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if self._closed:
            connection.close()
        else:
            self._idle.append(connection)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=30, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        return connection

    def _open(self) -> sqlite3.Connection:
        if self.claimed and (not self.path.exists() or self.path.stat().st_size == 0):
            # What was left of it would be taken for a part of the new file.
            backups.move_away(self.path, why="damaged")
            if recovered := recovery.rebuild(None, self.path):
                self.notice = tell(Code.RECOVERED_GONE, back=recovered.message)
        try:
            return self._open_checked()
        except NewerStoreError:
            if not self.claimed:
                raise
            newer = True
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if not _is_damage(error) and not (self.claimed and _is_nonsense(error)):
                raise
            if not self.claimed:
                raise StoreError(Code.LIBRARY_DAMAGED_IN_USE) from None
            newer = False
        self._begin_again(newer=newer)
        return self._open_checked()

    def _open_checked(self) -> sqlite3.Connection:
        # A full check takes as long as reading the file, so only after a crash or a bad read.
        crashed = self._beside("wal").exists()
        suspect = self.claimed and (crashed or self._beside("damaged").exists())
        if (
            self.path.exists()
            and self.path.stat().st_size
            and not recovery.header_is_sound(self.path)
        ):
            raise _damage("the header makes no sense")
        connection = self._connect()
        try:
            # Before anything is written, which goes to the log first: the file would seem short.
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            page_size = connection.execute("PRAGMA page_size").fetchone()[0]
            size = self.path.stat().st_size if self.path.exists() else 0
            if not crashed and size < pages * page_size:
                raise _damage("the file ends early")
            suspect |= self.claimed and not crashed and size > pages * page_size
            migrate(connection)
            private(self.path)  # and so those that SQLite makes beside it
            connection.execute("PRAGMA journal_mode = WAL")
            if suspect:
                if _read(self._beside("damaged")) == _NONSENSE:
                    raise _damage("values that make no sense")
                if not is_whole(connection):
                    raise _damage("tables that make no sense")
                answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
                if answer != "ok":
                    raise _damage(answer)
            if self.claimed:
                if recovery.has_forgotten(connection, self.path):
                    raise _damage("what was settled is gone")
                back = recovery.catch_up(connection, self.path, crashed=suspect)
                if back and self.notice is None:
                    self.notice = tell(Code.RECOVERED_LATEST, count=back)
            settled_log.watch(connection)
        except BaseException:
            connection.close()
            raise
        self._beside("damaged").unlink(missing_ok=True)
        return connection

    @contextlib.contextmanager
    def making_sense(self) -> Iterator[None]:
        """For making values of what was stored: what makes no sense is damage.

        SQLite's own check does not see it, so the file is set aside at the next start. Raises
        StoreError.
        """
        try:
            yield
        except (ValueError, TypeError, LookupError) as error:
            with contextlib.suppress(OSError):
                self._beside("damaged").write_text(_NONSENSE)
            raise StoreError(Code.LIBRARY_DAMAGED) from error

    def _begin_again(self, *, newer: bool) -> None:
        """Move the file away and begin with what can be recovered of what the user settled."""
        aside = backups.move_away(self.path, why="newer" if newer else "damaged")
        recovered: recovery.Recovered | None = None
        if newer and backups.salvage(self.path.with_name(aside), self.path):
            recovered = recovery.counts(self.path)
        recovered = recovered or recovery.rebuild(self.path.with_name(aside), self.path)
        if newer:
            code = Code.ASIDE_NEWER_RECOVERED if recovered else Code.ASIDE_NEWER
        else:
            code = Code.ASIDE_DAMAGED_RECOVERED if recovered else Code.ASIDE_DAMAGED
        back = recovered.message if recovered else None
        self.notice = tell(code, aside=aside, back=back)
        log.warning("%s", self.notice)

    def _log(self, line: settled_log.Line) -> None:
        try:
            settled_log.append(self.path, line)
        except OSError:
            log.warning("what was settled is not in the log", exc_info=True)
            self._saved_at = -BACKUP_SECONDS  # a backup then, now

    def _back_up(self) -> None:
        try:
            backups.save(self.path)
        except (OSError, sqlite3.Error):
            log.warning("backup failed", exc_info=True)  # the store itself is fine
            return
        self._unsaved = False
        self._saved_at = time.monotonic()

    def _beside(self, suffix: str) -> Path:
        return backups.beside(self.path, suffix)

    @contextlib.contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if _is_damage(error) or "no such" in str(error):  # column, table
                with contextlib.suppress(OSError):
                    self._beside("damaged").write_text(_NONSENSE if _is_bad_text(error) else "")
                raise StoreError(Code.LIBRARY_DAMAGED) from error
            if _code(error) == sqlite3.SQLITE_FULL:
                raise StoreError(Code.LIBRARY_DISK_FULL, path=str(self.path)) from error
            raise StoreError(Code.LIBRARY_UNUSABLE, why=str(error), path=str(self.path)) from error


def _read(mark: Path) -> str:
    return mark.read_text("utf-8", "replace") if mark.exists() else ""


def _damage(text: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(text)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _is_damage(error: Exception) -> bool:
    return _is_bad_text(error) or _code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _is_nonsense(error: Exception) -> bool:
    """Whether a store that was opened says what cannot be: a table twice, a version of the past."""
    return _code(error) in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_SCHEMA)


def _is_bad_text(error: Exception) -> bool:
    # In a column, or in a message in which SQLite quotes what it cannot read.
    return isinstance(error, UnicodeDecodeError) or "Could not decode to UTF-8" in str(error)


def _code(error: Exception) -> int:
    # The low byte is SQLite's primary code; an error that Python raised has none.
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
