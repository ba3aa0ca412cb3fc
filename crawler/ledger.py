"""What is known of every address of an outlet: one SQLite file an outlet, one row an address.

The ledger is the frontier as well: what a crawl found and did not get is `queued`, and the next one gets it.
A row is committed after the archive that holds the response is on the disk, so the ledger may know less than the
archive after a kill, never more. Rows that come in one second are committed together.
"""

import datetime as dt
import math
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Literal

from crawler.outlets import BadInput
from crawler.warc import Captured, warc_date
from crawler.window import Days, Window

# A page that failed this often is left alone: three crawls of three tries each.
MOST_TRIES = 9
# What failed rests, twice as long after each try: an hour after the three tries of one crawl, eight after two crawls.
FIRST_REST = dt.timedelta(minutes=15)
LONGEST_REST = dt.timedelta(days=7)
# A spider whose parent was killed finishes its response in hand before it lets go of the ledger.
SECONDS_TO_WAIT = 10
# What a power cut can cost, and no more than asking again for it. A commit with its archive takes 17 ms on a plain disk
# (measured), as long as a page takes to fetch from a near one.
SECONDS_BETWEEN_COMMITS = 1.0

Kind = Literal["article", "part", "listing"]
"""What is fetched once for its story, a later part of such a story, and what each crawl fetches for its links."""

STATES: dict[str, str] = {
    "queued": "An article that was found and not yet asked for, or is to be looked at again.",
    "archived": "An article that lies in the archive; asked for again where its outlet says that it changed.",
    "moved": "It answered with a redirect; `location` says where to.",
    "gone": "It answered that it is not there or not for us; not asked for again.",
    "failed": "It did not answer, or answered that it could not; asked for again once it is due, a few times.",
    "barred": "robots.txt forbids it; looked at again by the next crawl.",
    "read": "A robots.txt, sitemap, feed or listing that was read.",
}

# The statements that lead from each version of the ledger to the next; the first makes one.
STEPS = (
    """
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
""",
    """
ALTER TABLE address ADD COLUMN via        TEXT NOT NULL DEFAULT '';
ALTER TABLE address ADD COLUMN found_in   TEXT NOT NULL DEFAULT '';
ALTER TABLE address ADD COLUMN next_due   TEXT NOT NULL DEFAULT '';
ALTER TABLE address ADD COLUMN checked_at TEXT NOT NULL DEFAULT '';
CREATE TABLE naming (
    url      TEXT NOT NULL,
    found_in TEXT NOT NULL,
    PRIMARY KEY (url, found_in)
) WITHOUT ROWID;
""",
)
VERSION = len(STEPS)


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
    """Responses and failures since it was last queued for a new reason."""
    status: int = 0
    """HTTP status of the response that the other fields tell of; 0 where none came."""
    fault: str = ""
    """Why no response came; of an archived article, why it could not be looked at again."""
    digest: str = ""
    """Payload digest of the last response; of an article that was archived, of its last page."""
    etag: str = ""
    last_modified: str = ""
    location: str = ""
    """Where the last response redirected to."""
    fetched_at: str = ""
    """Time of the response with this digest, in UTC, equal to its WARC-Date."""
    first_day: str | None = None
    """First and last day on which the article can have appeared; None where nothing tells."""
    last_day: str | None = None
    via: str = ""
    """Address of the source that named it first."""
    found_in: str = ""
    """Kind of that source, as in `crawler.coverage.SOURCES`, or redirect or part."""
    next_due: str = ""
    """Time in UTC before which what failed is not asked for again."""
    checked_at: str = ""
    """Time in UTC at which the outlet last said that what is archived has not changed."""

    @property
    def is_kept(self) -> bool:
        """Whether its page lies in the archive, whatever happened since."""
        return self.kind != "listing" and 200 <= self.status < 300

    @property
    def known_at(self) -> str:
        """Time up to which what is archived is known to be the outlet's last word."""
        return max(self.fetched_at, self.checked_at)


COLUMNS = tuple(field.name for field in fields(Address))
SELECT = f"SELECT {', '.join(COLUMNS)} FROM address"
REPLACE = f"INSERT OR REPLACE INTO address ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
# Days of the window are ?1 and ?2.
MEETS = "(?1 IS NULL OR last_day IS NULL OR last_day >= ?1) AND (?2 IS NULL OR first_day IS NULL OR first_day <= ?2)"


class Ledger:
    """The ledger of one outlet, with this process as its only reader and writer.

    SQLite's own exclusive lock is the lease: it ends with the process, however that ends. Raises BadInput where
    another process has the ledger after `wait` seconds, or the file is none.
    """

    def __init__(self, path: Path, wait: float | None = None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        patience = SECONDS_TO_WAIT if wait is None else wait
        self.before_commit: Callable[[], None] = _nothing
        self._committed_at = -math.inf
        self._is_open = True
        self._lost: Exception | None = None
        self._rows = sqlite3.connect(path, timeout=patience, isolation_level=None)
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
        for step in STEPS[version:]:
            for statement in step.split(";"):
                self._rows.execute(statement)
        if version < VERSION:
            self._rows.execute(f"PRAGMA user_version = {VERSION}")
        self._rows.execute("COMMIT")
        if version > VERSION:
            self._rows.close()
            raise BadInput(f"{path}: this ledger has version {version}, saring reads {VERSION}; move it away.")

    def commit(self) -> None:
        """Put what was written on the disk, behind what `before_commit` puts there.

        Raises OSError or sqlite3.Error where the disk does not take it, also of a ledger that was closed so.
        """
        if self._lost is not None:
            raise self._lost
        if self._is_open and self._rows.in_transaction:
            self.before_commit()
            self._rows.execute("COMMIT")
        self._committed_at = time.monotonic()

    def close(self) -> None:
        """Commit and let go of the ledger; a second time does nothing."""
        if self._is_open:
            try:
                self.commit()
            except (OSError, sqlite3.Error) as error:
                self._lost = error
                raise
            finally:
                self._is_open = False
                self._rows.close()

    def find(self, url: str) -> Address | None:
        """Find an address."""
        return next(iter(self._all("url = ?", url)), None)

    def find_asked(self, asked: str) -> Address | None:
        """Find an address by what its request names."""
        return next(iter(self._all("asked = ?", asked)), None)

    def add(
        self,
        articles: Iterable[tuple[str, str, Days | None]],
        via: str = "",
        found_in: str = "",
        kind: Kind = "article",
    ) -> None:
        """Queue articles, each by its address, what to ask for, and its days, unless the address is known.

        That a source of the kind `found_in` names it is noted of a known one too.
        """
        found = [(url, asked, *_ends(days)) for url, asked, days in articles]
        self._write_many(
            "INSERT OR IGNORE INTO address (url, asked, first_day, last_day, kind, state, via, found_in)"
            " VALUES (?, ?, ?, ?, ?, 'queued', ?, ?)",
            [(*row, kind, via, found_in) for row in found],
        )
        if found_in:
            self._write_many("INSERT OR IGNORE INTO naming VALUES (?, ?)", [(url, found_in) for url, *_ in found])
        # At once: of a response that an archive holds after a kill, this alone tells that it is an article's.
        self.commit()

    def ask_at(self, url: str, asked: str) -> None:
        """Ask for an article under another address from now on: its own redirected there."""
        self._write("UPDATE address SET asked = ?, state = 'queued' WHERE url = ?", (asked, url))

    def date(self, days: Iterable[tuple[str, Days]]) -> None:
        """Note the days of articles of which none were known."""
        rows = [(*_ends(span), url) for url, span in days]
        self._write_many("UPDATE address SET first_day = ?, last_day = ? WHERE url = ? AND first_day IS NULL", rows)

    def ask_afresh(self, asked: str) -> None:
        """Queue an article as if its outlet had to send it whole, for what only the page itself tells."""
        self._write("UPDATE address SET state = 'queued', etag = '', last_modified = '' WHERE asked = ?", (asked,))

    def ask_again(self, urls: Iterable[str], now: str) -> int:
        """Queue archived articles to be looked at again, what failed at it once it is due; give their number."""
        return sum(self._ask_again("url = ?2", now, url) for url in urls)

    def ask_again_since(self, day: dt.date, now: str) -> int:
        """Queue again what is archived and appeared on this day or later, by its fetching where nothing tells."""
        return self._ask_again("COALESCE(last_day, substr(fetched_at, 1, 10)) >= ?2", now, day.isoformat())

    def _ask_again(self, which: str, now: str, value: str) -> int:
        return self._write(
            "UPDATE address SET state = 'queued', tries = CASE fault WHEN '' THEN 0 ELSE tries END"
            f" WHERE {which} AND state = 'archived' AND kind != 'listing' AND next_due <= ?1",
            (now, value),
        ).rowcount

    def queued(self, window: Window) -> list[str]:
        """List the addresses of the queue that the window can want, newest first."""
        rows = self._rows.execute(
            f"SELECT url FROM address WHERE state = 'queued' AND {MEETS} ORDER BY last_day DESC, url", _ends_of(window)
        )
        return [url for (url,) in rows]

    def requeue(self, now: str) -> None:
        """Queue again what failed and is due, a few times, and what robots.txt forbade."""
        self._write(
            "UPDATE address SET state = 'queued' WHERE kind != 'listing'"
            " AND (state = 'barred' OR (state = 'failed' AND tries < ? AND next_due <= ?))",
            (MOST_TRIES, now),
        )

    def requeue_all(self, what: str) -> int:
        """Queue at once, as if for the first time, what is in this state or has this address; give its number."""
        return self._write(
            "UPDATE address SET state = 'queued', tries = 0, fault = '', next_due = '' WHERE kind != 'listing'"
            " AND (url = ?1 OR asked = ?1 OR (state = ?1 AND ?1 IN ('failed', 'gone', 'barred')))",
            (what,),
        ).rowcount

    def put_back(self, asked: Iterable[str]) -> None:
        """Queue articles again that a host refused with all others; each by what its request named."""
        self._write_many(
            "UPDATE address SET state = 'queued', next_due = ''"
            " WHERE asked = ? AND kind != 'listing' AND state IN ('gone', 'failed')",
            [(address,) for address in asked],
        )

    def record(self, captured: Captured) -> None:
        """Enter a response under the address that asked for it; an address nobody queued is a listing.

        A 304, or the archived page once more, is entered as a look that changed nothing, and a failure to look again
        leaves the page archived: both keep the digest, the time and the validators of what the archive holds.
        """
        known = self._all("asked = ?", captured.url) or [Address(captured.url, captured.url, "listing", "queued")]
        for address in known:
            self._put(_answered(address, captured))

    def record_missing(self, captured: Captured) -> bool:
        """Enter a response that the archive holds and the ledger may not; say whether it was missing."""
        known = self.find_asked(captured.url)
        missing = known is None or known.known_at < captured.fetched_at
        if missing:
            self.record(captured)
        return missing

    def fail(self, url: str, state: Literal["failed", "barred"], fault: str, now: dt.datetime) -> None:
        """Note why no response came, unless one did after all."""
        known = self.find(url)
        if known is not None and known.state in ("queued", "failed"):
            self._put(_failed(known, state, fault, now))

    def counts(self) -> dict[str, int]:
        """Count the articles and their parts by state."""
        rows = self._rows.execute("SELECT state, COUNT(*) FROM address WHERE kind != 'listing' GROUP BY state")
        return dict(rows.fetchall())

    def failures(self) -> list[Address]:
        """List the articles that are not in the archive and were asked for, or could not be looked at again."""
        return self._all("kind != 'listing' AND (state IN ('failed', 'gone', 'barred') OR fault != '') ORDER BY url")

    def namings(self, window: Window) -> list[tuple[str, frozenset[str], str, int]]:
        """Count the articles of a window by day (empty where none is told), kinds of source naming them, and state."""
        rows = self._rows.execute(
            "SELECT CASE WHEN first_day = last_day THEN first_day ELSE '' END AS day, kinds, state, COUNT(*) FROM"
            " (SELECT first_day, last_day, state, group_concat(naming.found_in) AS kinds"
            f" FROM naming JOIN address USING (url) WHERE kind = 'article' AND {MEETS} GROUP BY url)"
            " GROUP BY day, kinds, state",
            _ends_of(window),
        )
        return [(day, frozenset(kinds.split(",")), state, count) for day, kinds, state, count in rows]

    def _all(self, where: str, *values: str) -> list[Address]:
        return [Address(*row) for row in self._rows.execute(f"{SELECT} WHERE {where}", values)]

    def _put(self, address: Address) -> None:
        self._write(REPLACE, [getattr(address, column) for column in COLUMNS])

    def _write(self, statement: str, values: Sequence[object]) -> sqlite3.Cursor:
        self._begin()
        cursor = self._rows.execute(statement, values)
        self._commit_if_due()
        return cursor

    def _write_many(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        self._begin()
        self._rows.executemany(statement, rows)
        self._commit_if_due()

    def _begin(self) -> None:
        if not self._rows.in_transaction:
            self._rows.execute("BEGIN")

    def _commit_if_due(self) -> None:
        if time.monotonic() - self._committed_at >= SECONDS_BETWEEN_COMMITS:
            self.commit()


def _nothing() -> None:
    pass


def _answered(known: Address, captured: Captured) -> Address:
    """Give the row of an address after a response."""
    tried = replace(known, tries=known.tries + 1, fault="", next_due="")
    if is_known_page(known, captured):
        return replace(tried, state="archived", checked_at=captured.fetched_at)
    state = state_of(captured.status)
    if state == "failed" and known.is_kept:
        return _failed(known, "failed", f"it answered {captured.status}", _time(captured.fetched_at))
    due = _due(tried.tries, _time(captured.fetched_at)) if state == "failed" else ""
    return replace(
        tried,
        state="read" if (state, known.kind) == ("archived", "listing") else state,
        status=captured.status,
        digest=captured.digest,
        etag=captured.etag,
        last_modified=captured.last_modified,
        location=captured.location,
        fetched_at=captured.fetched_at,
        next_due=due,
    )


def _failed(known: Address, state: Literal["failed", "barred"], fault: str, now: dt.datetime) -> Address:
    tries = known.tries + 1
    rest = _due(tries, now) if state == "failed" else ""
    left = "archived" if known.is_kept else state
    return replace(known, state=left, fault=fault, tries=tries, next_due=rest)


def _due(tries: int, now: dt.datetime) -> str:
    """Say when to ask again after so many tries: exponential backoff."""
    doublings = min(tries - 1, 20)  # more of them end the calendar
    return warc_date(now + min(FIRST_REST * 2**doublings, LONGEST_REST))


def _time(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _ends(days: Days | None) -> tuple[str | None, str | None]:
    return (days[0].isoformat(), days[1].isoformat()) if days else (None, None)


def _ends_of(window: Window) -> tuple[str | None, str | None]:
    return (
        window.since.isoformat() if window.since else None,
        window.until.isoformat() if window.until else None,
    )


def is_known_page(known: Address | None, captured: Captured) -> bool:
    """Say whether an answer is that an archived page has not changed: 304, or the same page with the same digest."""
    if known is None or not known.is_kept:
        return False
    return captured.status == 304 or (captured.status, captured.digest) == (known.status, known.digest)


def state_of(status: int) -> str:
    """Give the state of an article whose last answer had this status."""
    if status in (304, 408, 425, 429) or status >= 500:
        return "failed"
    if status >= 400:
        return "gone"
    return "moved" if status >= 300 else "archived"


def is_finished(address: Address | None) -> bool:
    """Say whether a later crawl has nothing to do for an address."""
    return address is not None and address.state not in ("queued", "failed", "barred")
