"""Every number and choice that a build depends on, as one frozen value."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from crawler.outlets import BadInput, read_toml


class Section(BaseModel):
    """A table of the configuration: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Extract(Section):
    """Page → article."""

    max_page_bytes: int = Field(default=10_000_000, ge=1_000)
    """A larger page is rejected unread; the largest of 200 real news pages has 0.9 MB."""
    seconds_per_page: float = Field(default=20.0, gt=0)
    """A page that takes longer is rejected; the slowest of 200 real news pages took under 1 s."""


class Census(Section):
    """What an outlet prints on page after page."""

    min_pages: int = Field(default=8, ge=2)
    """A line is chrome from this many pages of an outlet on, pages with one headline counting once, …"""
    min_share: float = Field(default=0.04, ge=0, le=1)
    """… if it stands on this share of the outlet's pages too."""


class Clean(Section):
    """Cuts and screens."""

    languages: tuple[str, ...] = ("id", "ms", "jv", "su")
    """Kept; Malay is among them because short Indonesian texts are often taken for it."""
    min_words: int = Field(default=30, ge=0)
    """A shorter text is rejected as a stub."""


class Rights(Section):
    """What may be published."""

    policy: Literal["respect", "record-only", "open-only"] = "respect"
    """`respect` keeps out what a site reserves, `record-only` nothing, `open-only` all that no licence opens."""


class Personal(Section):
    """Contact data in the text."""

    mask: tuple[str, ...] = ("email", "phone", "nik", "npwp", "card", "account", "ip", "address")
    """Kinds that are masked."""


class Quality(Section):
    """Which texts are screened by their measures."""

    profile: Literal["strict", "standard", "all"] = "standard"
    """`all` screens nothing."""


class Splits(Section):
    """How documents are shared out to those who train and test."""

    validation: float = Field(default=0.01, ge=0, lt=1)
    """Share of the clusters."""
    test: float = Field(default=0.01, ge=0, lt=1)
    """Share of the clusters."""
    latest_weeks: int = Field(default=4, ge=0)
    """Weeks before the newest day of the release that the time split holds back."""


class Minhash(Section):
    """Signatures and bands; see `curation/minhash`."""

    permutations: int = Field(default=128, ge=2)
    seed: int = 1
    hash: Literal["sha1", "xxh3"] = "xxh3"
    shingle_words: int = Field(default=5, ge=1)
    bands: int = Field(default=25, ge=1)
    rows: int = Field(default=5, ge=1)


class Cluster(Section):
    """Which of several near-duplicates stays."""

    threshold: float = Field(default=0.8, gt=0, le=1)
    """Jaccard similarity of shingle sets from which on two texts are the same story."""
    containment: float = Field(default=0.9, gt=0, le=1)
    """Share of the shorter text's shingles in the longer one from which on the shorter is a stub of it."""


class Config(Section):
    """All sections; the defaults are what `make corpus` runs with."""

    extract: Extract = Extract()
    census: Census = Census()
    clean: Clean = Clean()
    personal: Personal = Personal()
    quality: Quality = Quality()
    rights: Rights = Rights()
    minhash: Minhash = Minhash()
    cluster: Cluster = Cluster()
    splits: Splits = Splits()


def load_config(path: Path | None) -> Config:
    """Read a configuration file over the defaults; raises BadInput naming file and key."""
    config = Config() if path is None else read_toml(path, Config)
    minhash = config.minhash
    if minhash.bands * minhash.rows > minhash.permutations:
        raise BadInput(
            f"{path}: key minhash.bands: {minhash.bands} bands of {minhash.rows} rows need more than the "
            f"{minhash.permutations} permutations there are; lower one or raise minhash.permutations."
        )
    return config
