"""A persistent index of texts by their near-duplicates: rows come and go, and the decisions are those of one run."""

from curation.index.ask import Asked, Match, ask, open_to_ask
from curation.index.check import verify_index
from curation.index.grow import Added, add, remove
from curation.index.manifest import Settings, settings_of
from curation.index.verdicts import Figures, figures, verdicts, write_signatures, write_verdicts

__all__ = [
    "Added",
    "Asked",
    "Figures",
    "Match",
    "Settings",
    "add",
    "ask",
    "figures",
    "open_to_ask",
    "remove",
    "settings_of",
    "verdicts",
    "verify_index",
    "write_signatures",
    "write_verdicts",
]
