"""The census table: what the archive knows of an outlet's lines, for those who read it."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow.parquet as pq

from curation.records import CensusLine
from curation.schema import records_of


@dataclass(frozen=True, slots=True)
class Known:
    """Lines of one outlet in the form of `inserts.headline_key`."""

    headlines: frozenset[str]
    """Headlines of its pages."""
    repeated: frozenset[str]
    """Lines that stand on many of its pages."""


NO_CENSUS = Known(frozenset(), frozenset())


@lru_cache(maxsize=16)
def known_lines(census: Path, outlet: str) -> Known:
    """Read what the census has of one outlet."""
    rows = records_of(CensusLine, pq.read_table(census, filters=[("outlet", "=", outlet)]))
    return Known(
        headlines=frozenset(row.key for row in rows if row.kind == "headline"),
        repeated=frozenset(row.key for row in rows if row.kind == "repeated"),
    )
