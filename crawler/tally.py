"""What a crawl of one outlet has done so far; between processes it is a line of JSON."""

import json
from dataclasses import asdict, dataclass, field


@dataclass(slots=True)
class Tally:
    """The counts of one crawl of one outlet."""

    found: int = 0
    """Addresses of articles that its sources named inside the window."""
    known: int = 0
    """Of these, finished by an earlier crawl."""
    wanted: int = 0
    """Articles to ask for, those that an earlier crawl left included; 0 while sources are still read."""
    done: int = 0
    """Of these, asked for, with whatever outcome."""
    fetched: int = 0
    """Responses of any kind."""
    archived: int = 0
    """Of these, written to the archive."""
    unchanged: int = 0
    """Of these, the same as the last response of the address, and not written again."""
    bytes: int = 0
    """Payload of what was archived."""
    delay: float = 0.0
    """Seconds between two requests, as they are now."""
    barred: int = 0
    """Addresses that robots.txt forbids."""
    errors: dict[str, int] = field(default_factory=dict)
    """Addresses that brought nothing, by HTTP status or by the name of the failure."""
    warcs: list[str] = field(default_factory=list)
    """Names of the archives written."""
    notes: list[str] = field(default_factory=list)
    """Archives that a killed crawl had left, and sources that could not be read whole."""
    trouble: str = ""
    """Why the outlet is not crawled whole; empty where it is."""
    reason: str = ""
    """How the crawl ended; empty while it goes on."""
    coverage: list[dict[str, object]] = field(default_factory=list)
    """By day, what the sources named and what became of it: rows of `crawler.coverage`, once the crawl has ended."""

    def miss(self, name: str) -> None:
        """Count an address that brought nothing."""
        self.errors[name] = self.errors.get(name, 0) + 1

    def line(self) -> str:
        """Give the tally as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read_tally(line: str | bytes) -> Tally | None:
    """Read a line of `Tally.line`; None where it is something else."""
    try:
        return Tally(**json.loads(line))
    except (ValueError, TypeError):
        return None
