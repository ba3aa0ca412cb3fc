"""Every number and choice that a build depends on, as one frozen value."""

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

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

    mask: tuple[Literal["email", "phone", "nik", "npwp", "card", "account", "ip", "address"], ...] = (
        "email", "phone", "nik", "npwp", "card", "account", "ip", "address",
    )  # fmt: skip
    """Kinds that are masked, of `curation.text.personal.KINDS`."""


class Thresholds(Section):
    """What the screen holds each measure of `curation.records.Quality` to; none: it is not screened.

    `docs/quality.md` says where the numbers come from and what they cost.
    """

    least_mean_word_length: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    most_mean_word_length: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    least_stop_words: int | None = Field(default=None, ge=0)
    most_symbol_share: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    least_alphabetic_share: float | None = Field(default=None, ge=0, le=1)
    least_line_punctuation_share: float | None = Field(default=None, ge=0, le=1)
    most_new_line_share: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    most_duplicate_line_share: float | None = Field(default=None, ge=0, le=1)
    most_duplicate_line_character_share: float | None = Field(default=None, ge=0, le=1)
    most_top_2_gram_share: float | None = Field(default=None, ge=0, le=1)
    most_top_3_gram_share: float | None = Field(default=None, ge=0, le=1)
    most_top_4_gram_share: float | None = Field(default=None, ge=0, le=1)
    most_duplicate_5_gram_share: float | None = Field(default=None, ge=0, le=1)
    most_duplicate_10_gram_share: float | None = Field(default=None, ge=0, le=1)
    most_list_share: float | None = Field(default=None, ge=0, le=1)
    most_capitals_share: float | None = Field(default=None, ge=0, le=1)
    most_insert_share: float | None = Field(default=None, ge=0, le=1)


# FineWeb-2's for Indonesian (Penedo et al. 2025), and Gopher's (Rae et al. 2021) where FineWeb-2 has none: symbols and
# lists. FineWeb-2's .166 and .111 for runs of 5 and 10 words would stop a true story that quotes its prayers again for
# each hour (.279 and .157); no other of 189 Indonesian stories comes near.
_STANDARD: dict[str, float] = {
    "least_mean_word_length": 3,
    "most_mean_word_length": 12,
    "least_stop_words": 2,
    "most_symbol_share": 0.1,
    "least_alphabetic_share": 0.805,
    "least_line_punctuation_share": 0.111,
    "most_new_line_share": 0.157,
    "most_duplicate_line_share": 0.241,
    "most_duplicate_line_character_share": 0.1,
    "most_top_2_gram_share": 0.194,
    "most_top_3_gram_share": 0.166,
    "most_top_4_gram_share": 0.145,
    "most_duplicate_5_gram_share": 0.3,
    "most_duplicate_10_gram_share": 0.2,
    "most_list_share": 0.9,
}
# FineWeb-2's first, tighter tuning for Indonesian where it is tighter, Gopher's and this project's own elsewhere.
_STRICT: dict[str, float] = _STANDARD | {
    "most_mean_word_length": 10,
    "least_line_punctuation_share": 0.25,
    "most_top_2_gram_share": 0.088,
    "most_top_3_gram_share": 0.104,
    "most_top_4_gram_share": 0.12,
    "most_duplicate_5_gram_share": 0.15,
    "most_duplicate_10_gram_share": 0.1,
    "most_list_share": 0.5,
    "most_capitals_share": 0.2,
    "most_insert_share": 0.6,
}
PROFILES: dict[str, dict[str, float]] = {"strict": _STRICT, "standard": _STANDARD, "all": {}}


class Quality(Section):
    """Which texts are screened by their measures."""

    profile: Literal["strict", "standard", "all"] = "standard"
    """`all` screens nothing."""
    thresholds: Thresholds = Thresholds()
    """The profile's, each replaced by the one given here; 0 as least or 1 as most share screens nothing."""

    @model_validator(mode="before")
    @classmethod
    def _laid_over_the_profile(cls, given: Any) -> Any:
        # So the configuration that is written down says every number, and reads back as it was.
        if not isinstance(given, dict):
            return given
        name, thresholds = given.get("profile", "standard"), given.get("thresholds", {})
        if not isinstance(thresholds, dict) or not isinstance(name, str) or name not in PROFILES:
            return given
        return {**given, "thresholds": PROFILES[name] | thresholds}


class Splits(Section):
    """How documents are shared out to those who train and test."""

    validation: float = Field(default=0.01, ge=0, lt=1)
    """Share of the clusters."""
    test: float = Field(default=0.01, ge=0, lt=1)
    """Share of the clusters."""
    latest_weeks: int = Field(default=4, ge=0)
    """Weeks before the newest day of the release that the time split holds back."""

    @model_validator(mode="after")
    def _leave_something(self) -> Self:
        if self.validation + self.test > 1:
            raise ValueError("validation and test are more than all there is together; lower one")
        return self


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
    """Share of the shorter text's shingles in the longer one from which on the shorter is a stub of it, …"""
    contained_words: int = Field(default=30, ge=1)
    """… if the shorter has at least so many words."""
    order: Literal["earliest", "longest", "quality"] = "earliest"
    """Which of several copies is kept: what `curation.signed.ORDERS` says of it."""
    evidence: Literal["none", "headline", "characters"] = "none"
    """What makes two texts the same story from `evidence_threshold` on: `headline`, that headlines and days agree;
    `characters`, that both are short, hold the same numbers, and are alike at `threshold` by runs of 8 characters."""
    evidence_threshold: float = Field(default=0.6, gt=0, le=1)
    """See `evidence`; the bands find 87 % of the pairs at 0.6."""


class Release(Section):
    """What the release says of itself, for whoever publishes it."""

    name: str = "Indonesian news, strained"
    """Title of the card."""
    url: str = ""
    """Page of the dataset; empty while it has none."""
    publisher: str = ""
    """Who answers for it; empty while nobody publishes it."""
    contact: str = ""
    """Where to ask for a takedown."""
    licence: str = ""
    """Address of the licence of the compilation; the texts stay their owners'."""


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
    release: Release = Release()


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
