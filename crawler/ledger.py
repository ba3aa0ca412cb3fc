"""What is known of every address of an outlet: one SQLite file an outlet, one row an address.

The ledger is the frontier as well: what a crawl found and did not get is `queued`, and the next one gets it.
A row is committed after the archive that holds the response is on the disk, so the ledger may know less than the
archive after a kill, never more.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from crawler.outlets import BadInput
from crawler.warc import Captured
from crawler.window import Days, Window

VERSION = 1
# A page that failed this often is left alone: three crawls of three tries each.
MOST_TRIES = 9
# A spider whose parent was killed finishes its response in hand before it lets go of the ledger.
SECONDS_TO_WAIT = 10

Kind = Literal["article", "listing"]
"""What is fetched once for its story, and what is fetched in each crawl for its links."""

STATES: dict[str, str] = {
    "queued": "An article that was found and not yet asked for.",
    "archived": "An article that lies in the archive; not asked for again.",
    "moved": "It answered with a redirect; `location` says where to.",
    "gone": "It answered that it is not there or not for us; not asked for again.",
    "failed": "It did not answer, or answered that it could not; asked for again by the next crawl, a few times.",
    "barred": "robots.txt forbids it; looked at again by the next crawl.",
    "read": "A robots.txt, sitemap, feed or listing that was read.",
}

SCHEMA = """
CREATE TABLE address (
    url           TEXT PRIMARY KEY,
    asked         TEXT NOT NULL,
    kind          TEXT NOT NULL,
    state         TEXT NOT NULL,
    tries         INTEGER NOT NULL DEFAULT 0,
    status        INTEGER NOT NULL DEFAULT 0,
    fault         TEXT NOT NULL DEFAULT '',
    digest        TEXT NOT NULL DEFAULT '',
    etag          TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    location      TEXT NOT NULL DEFAULT '',
    fetched_at    TEXT NOT NULL DEFAULT '',
    first_day     TEXT,
    last_day      TEXT
);
CREATE INDEX address_asked ON address (asked);
CREATE INDEX address_state ON address (state);
"""


@dataclass(frozen=True, slots=True)
class Address:
    """One row of the ledger; the fields are its columns."""

    url: str
    """Canonical address of an article, else the address itself."""
    asked: str
    """Address that the request names: that of the whole story."""
    kind: Kind
    state: str
    """One of `STATES`."""
    tries: int = 0
    """Responses and failures so far."""
    status: int = 0
    """Last HTTP status; 0 where none came."""
    fault: str = ""
    """Why no response came."""
    digest: str = ""
    """Payload digest of the last response."""
    etag: str = ""
    last_modified: str = ""
    location: str = ""
    """Where the last response redirected to."""
    fetched_at: str = ""
    """Time of the last response, in UTC, equal to its WARC-Date."""
    first_day: str | None = None
    """First and last day on which the article can have appeared; None where nothing tells."""
    last_day: str | None = None


COLUMNS = ", ".join(field.name for field in fields(Address))


class Ledger:
    """The ledger of one outlet, with this process as its only reader and writer.

    SQLite's own exclusive lock is the lease: it ends with the process, however that ends. Raises BadInput where
    another process has the ledger, or the file is none.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._rows = sqlite3.connect(path, timeout=SECONDS_TO_WAIT, isolation_level=None)
        try:
            self._open(path)
        except sqlite3.DatabaseError as error:
            self._rows.close()
            if "locked" in str(error):
                message = f"{path}: another crawl of this outlet is under way; wait for it or stop it."
                raise BadInput(message) from error
            raise BadInput(f"{path}: this is no ledger ({error}); move it away.") from error

    def _open(self, path: Path) -> None:
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL"):
            self._rows.execute(f"PRAGMA {pragma}")
        self._rows.execute("BEGIN EXCLUSIVE")
        (version,) = self._rows.execute("PRAGMA user_version").fetchone()
        if version == 0:
            for statement in SCHEMA.split(";"):
                self._rows.execute(statement)
            self._rows.execute(f"PRAGMA user_version = {VERSION}")
        self._rows.execute("COMMIT")
        if version not in (0, VERSION):
            self._rows.close()
            raise BadInput(f"{path}: this ledger has version {version}, saring reads {VERSION}; move it away.")

    def close(self) -> None:
        """Let go of the ledger."""
        self._rows.close()

    def find(self, url: str) -> Address | None:
        """Find an address."""
        return self._one("url", url)

    def find_asked(self, asked: str) -> Address | None:
        """Find an address by what its request names."""
        return self._one("asked", asked)

    def add(self, articles: Iterable[tuple[str, str, Days | None]]) -> None:
        """Queue articles, each by its address, what to ask for, and its days, unless the address is known."""
        rows = (
            (url, asked, *(day.isoformat() for day in days)) if days else (url, asked, None, None)
            for url, asked, days in articles
        )
        self._rows.execute("BEGIN")
        self._rows.executemany(
            "INSERT OR IGNORE INTO address (url, asked, kind, state, first_day, last_day)"
            " VALUES (?, ?, 'article', 'queued', ?, ?)",
            rows,
        )
        self._rows.execute("COMMIT")

    def ask_at(self, url: str, asked: str) -> None:
        """Ask for an article under another address from now on: its own redirected there."""
        self._rows.execute("UPDATE address SET asked = ?, state = 'queued' WHERE url = ?", (asked, url))

    def queued(self, window: Window) -> list[str]:
        """List the addresses of the queue that the window can want, newest first."""
        since, until = (day.isoformat() if day else None for day in (window.since, window.until))
        rows = self._rows.execute(
            "SELECT url FROM address WHERE state = 'queued'"
            " AND (?1 IS NULL OR last_day IS NULL OR last_day >= ?1)"
            " AND (?2 IS NULL OR first_day IS NULL OR first_day <= ?2)"
            " ORDER BY last_day DESC, url",
            (since, until),
        )
        return [url for (url,) in rows]

    def requeue(self) -> None:
        """Queue again what failed, a few times, and what robots.txt forbade."""
        self._rows.execute(
            "UPDATE address SET state = 'queued' WHERE kind = 'article'"
            " AND (state = 'barred' OR (state = 'failed' AND tries < ?))",
            (MOST_TRIES,),
        )

    def record(self, captured: Captured) -> None:
        """Enter a response under the address that asked for it; an address nobody queued is a listing."""
        state = state_of(captured.status)
        facts = (
            captured.status,
            captured.digest,
            captured.etag,
            captured.last_modified,
            captured.location,
            captured.fetched_at,
        )
        updated = self._rows.execute(
            "UPDATE address SET state = CASE WHEN ?1 = 'archived' AND kind = 'listing' THEN 'read' ELSE ?1 END,"
            " tries = tries + 1, fault = '', status = ?2, digest = ?3, etag = ?4, last_modified = ?5,"
            " location = ?6, fetched_at = ?7 WHERE asked = ?8",
            (state, *facts, captured.url),
        )
        if updated.rowcount == 0:
            state = "read" if state == "archived" else state
            self._rows.execute(
                "INSERT OR IGNORE INTO address (url, asked, kind, state, tries,"
                " status, digest, etag, last_modified, location, fetched_at)"
                " VALUES (?1, ?1, 'listing', ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8)",
                (captured.url, state, *facts),
            )

    def record_missing(self, captured: Captured) -> bool:
        """Enter a response that the archive holds and the ledger may not; say whether it was missing."""
        known = self.find_asked(captured.url)
        missing = known is None or known.fetched_at < captured.fetched_at
        if missing:
            self.record(captured)
        return missing

    def fail(self, url: str, state: Literal["failed", "barred"], fault: str) -> None:
        """Note why no response came, unless one did after all."""
        self._rows.execute(
            "UPDATE address SET state = ?, fault = ?, tries = tries + 1"
            " WHERE url = ? AND state IN ('queued', 'failed')",
            (state, fault, url),
        )

    def _one(self, column: str, value: str) -> Address | None:
        row = self._rows.execute(f"SELECT {COLUMNS} FROM address WHERE {column} = ?", (value,)).fetchone()
        return Address(*row) if row else None


def state_of(status: int) -> str:
    """Give the state of an article whose last answer had this status."""
    if status in (408, 425, 429) or status >= 500:
        return "failed"
    if status >= 400:
        return "gone"
    return "moved" if status >= 300 else "archived"


def is_finished(address: Address | None) -> bool:
    """Say whether a later crawl has nothing to do for an address."""
    return address is not None and address.state not in ("queued", "failed", "barred")
