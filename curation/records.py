"""The states of an article on its way through the pipeline: the only definition of every table.

The Arrow schema (`schema.py`), the documentation and the Parquet field metadata are derived from these
classes, each field's meaning from the string below it.
"""

import datetime as dt
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Capture:
    """A pointer to one response in a WARC file."""

    warc: str
    """Name of the WARC file."""
    offset: int
    """First byte of the record in that file."""
    length: int
    """Bytes of the record in that file, compressed."""
    digest: str
    """SHA-1 of the payload as `sha1:` and base32, the WARC form."""
    status: int
    """HTTP status."""
    content_type: str
    """Content-Type header as sent; empty where there was none."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of text that was taken out."""

    code: str
    """Code of the rule that took it."""
    start: int
    """Place in the text before any cut, in characters."""
    text: str
    """What was taken, line break included."""


@dataclass(frozen=True, slots=True)
class Right:
    """One thing that a site says about the reuse of a page."""

    signal: str
    """What kind of statement it is, one of `crawler.rights.SIGNALS`."""
    value: str
    """The statement in the site's own words."""
    meaning: str
    """`reserved`, `open`, or empty where it settles neither."""
    said_by: str
    """Address of the file, name of the header, or place on the page that says so."""
    said_at: dt.datetime | None
    """When it was read."""
    digest: str
    """SHA-1 of the file or page that says so, in the WARC form; empty where none is known."""


@dataclass(frozen=True, slots=True)
class Mask:
    """Contact data of one kind that were masked."""

    kind: str
    """One of `curation.text.personal.KINDS`; `EMAIL` stands in the text as `<EMAIL>`."""
    count: int
    """How many there were in title, summary, text and cuts."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What a text looks like in numbers; shares are 0 to 1."""

    mean_word_length: float
    """Characters a word."""
    stop_words: int
    """Different stop words of the text's language that occur."""
    stop_word_share: float
    """Words that are stop words."""
    symbol_share: float
    """`#`, `…` and `...` for each word."""
    alphabetic_share: float
    """Words that hold a letter."""
    line_punctuation_share: float
    """Lines that end in a sentence mark."""
    new_line_share: float
    """Line breaks for each word."""
    duplicate_line_share: float
    """Lines that stood before."""
    duplicate_line_character_share: float
    """Characters in lines that stood before."""
    top_2_gram_share: float
    """Characters in the most frequent run of 2 words."""
    top_3_gram_share: float
    """Characters in the most frequent run of 3 words."""
    top_4_gram_share: float
    """Characters in the most frequent run of 4 words."""
    duplicate_5_gram_share: float
    """Characters in runs of 5 words that stood before."""
    duplicate_10_gram_share: float
    """Characters in runs of 10 words that stood before."""
    list_share: float
    """Lines that open with a bullet or a number."""
    capitals_share: float
    """Words of two letters or more that are all capitals."""
    insert_share: float
    """Characters of the page's text that were cut."""


@dataclass(frozen=True, slots=True)
class Version:
    """Another capture of the address of a row."""

    id: str
    """Id of its reject."""
    url: str
    """Address that was fetched."""
    fetched_at: dt.datetime | None
    """When it was captured."""
    text_digest: str
    """SHA-256 of its text, 32 hex digits: another one than that of the row is another wording."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Another appearance of the same story that was joined into this row."""

    id: str
    """Id of its reject."""
    url: str
    """Address of the copy."""
    outlet: str
    """Outlet that ran it."""
    published_at: dt.datetime | None
    """When it ran there."""
    similarity: float
    """Jaccard similarity of the 5-word shingle sets, 0 to 1."""
    kind: str
    """`exact` (equal texts), `near` (at the threshold), or `contained` (lies whole inside the row)."""


@dataclass(frozen=True, slots=True)
class Page:
    """One response, held in memory only: the WARC is the table of pages."""

    url: str
    """Address that was asked for."""
    fetched_at: dt.datetime | None
    """When the response came; none where the archive does not say."""
    payload: bytes
    """Body with transfer and content coding undone."""
    capture: Capture
    """Where it lies in the archive."""
    headers: tuple[tuple[str, str], ...] = ()
    """Headers of the response as sent."""
    notes: tuple[tuple[str, str], ...] = ()
    """Fields of the metadata record that the crawl wrote of the response."""


@dataclass(frozen=True, slots=True)
class Article:
    """A story taken out of its page; the same table before and after `clean`."""

    id: str
    """16 hex digits of SHA-256 over canonical address and payload digest; stable across releases."""
    url: str
    """Address that was fetched; empty for a text row that came without one."""
    canonical_url: str
    """The one address of the story, without tracking, paging and AMP."""
    outlet: str
    """Id of the profile, else the host name."""
    title: str
    """Headline without the site's name."""
    text: str
    """The story, one paragraph a line: what is left after `cuts`."""
    summary: str
    """The dek or description that the page gives."""
    authors: tuple[str, ...]
    """Names of the writers."""
    editor: str
    """Name of the editor."""
    credit: str
    """Initials that the story closes with, such as `rwl/bgs`."""
    source: str
    """Agency or outlet that the story names as its source."""
    first_outlet: str
    """Outlet in which the story says it appeared first."""
    rights_notice: str
    """What the story prints about its reuse."""
    section: str
    """Rubric or channel."""
    tags: tuple[str, ...]
    """Topics that the outlet gives."""
    dateline: str
    """City that opens the story."""
    published_at: dt.datetime | None
    """When it appeared, to the precision that the page gives."""
    modified_at: dt.datetime | None
    """When the outlet last changed it."""
    fetched_at: dt.datetime | None
    """When it was captured."""
    language: str
    """Language of the text, ISO 639-1; empty until `clean`."""
    language_score: float
    """Share of the text in that language, 0 to 1."""
    n_words: int
    """Words in the text; 0 until `clean`."""
    cuts: tuple[Cut, ...]
    """Everything that was taken out of the text, sorted by place."""
    capture: Capture | None
    """Where the page lies in the archive; none for a text row."""
    layout: str
    """Layout of the profile that fitted; empty where none did."""
    extractor: str
    """What chose the body: `layout`, a mode of trafilatura, or `given`."""
    found_by: str = ""
    """Address of the sitemap, feed or listing that named the page; empty where the archive does not say."""
    parts: tuple[Capture, ...] = ()
    """Captures of the later parts of the story that were joined to this one, in order."""
    rights: tuple[Right, ...] = ()
    """What the site says about reuse: robots.txt, headers, meta tags, well-known files, the printed notice."""
    reuse: str = ""
    """What `rights` come to: `reserved`, `open`, or `unstated`; empty until `clean`."""
    masks: tuple[Mask, ...] = ()
    """Contact data that were masked, by kind; empty until `clean`."""
    paragraph_languages: tuple[str, ...] = ()
    """Language of each line of the text, ISO 639-1 or `other`; empty until `clean`."""
    quality: Quality | None = None
    """Measures of the text; none until `clean`."""


@dataclass(frozen=True, slots=True)
class Document:
    """A row of the release: an article, its copies, and what made it."""

    id: str
    """16 hex digits of SHA-256 over canonical address and payload digest; stable across releases."""
    url: str
    canonical_url: str
    outlet: str
    title: str
    text: str
    summary: str
    authors: tuple[str, ...]
    editor: str
    credit: str
    source: str
    first_outlet: str
    rights_notice: str
    section: str
    tags: tuple[str, ...]
    dateline: str
    published_at: dt.datetime | None
    modified_at: dt.datetime | None
    fetched_at: dt.datetime | None
    language: str
    language_score: float
    n_words: int
    cuts: tuple[Cut, ...]
    cluster_id: str
    """Id of the document that stands for the cluster: its own."""
    cluster_size: int
    """Appearances of the story, this one included."""
    copies: tuple[Copy, ...]
    """The other appearances, sorted by time."""
    versions: tuple[Version, ...]
    """Other captures of the story's address, sorted by time of capture."""
    split: str
    """`train`, `validation` or `test`, by hash of the cluster."""
    time_split: str
    """`test` for the latest weeks of the release, else `train`; empty without a day."""
    rights: tuple[Right, ...]
    reuse: str
    masks: tuple[Mask, ...]
    paragraph_languages: tuple[str, ...]
    quality: Quality | None
    found_by: str
    capture: Capture | None
    parts: tuple[Capture, ...]
    layout: str
    extractor: str
    rules_digest: str
    """Digest of the insert rules and outlet profiles that were applied."""
    pipeline_version: str
    """Version of saring that made the row."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that stopped, and why."""

    id: str
    """As in a document."""
    url: str
    """Address of the page, or empty."""
    canonical_url: str
    """The one address of the story as far as it was known."""
    outlet: str
    """Id of the profile, else the host name."""
    stage: str
    """Stage that stopped it."""
    code: str
    """Reason, one of `reasons.py`."""
    detail: str
    """What the reason was found in: a measure, a message."""
    title: str
    """Headline where it was known."""
    dup_of: str
    """Id of the document that stands for it, where it is a copy."""
    jaccard: float | None
    """Similarity to that document, 0 to 1."""
    fetched_at: dt.datetime | None
    """When it was captured."""
    capture: Capture | None
    """Where the page lies in the archive."""
    containment: float | None = None
    """Share of its shingles that stand in that document, 0 to 1; none where that was not measured."""
    published_at: dt.datetime | None = None
    """When it appeared, where that was known."""
    found_by: str = ""
    """As in a document."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """One verified copy beside the document that stands for it: who followed whom, how soon, and what changed."""

    cluster_id: str
    """Id of the document that stands for the story."""
    first_outlet: str
    """Outlet of that document."""
    first_url: str
    """Address of that document."""
    first_published_at: dt.datetime | None
    """When that document appeared."""
    id: str
    """Id of the copy."""
    outlet: str
    """Outlet of the copy."""
    url: str
    """Address of the copy."""
    published_at: dt.datetime | None
    """When the copy appeared."""
    seconds_after: int | None
    """Time from the document to the copy; none where either is undated."""
    kind: str
    """`exact`, `near` or `contained`, as in a copy."""
    jaccard: float
    """Similarity of their shingle sets, 0 to 1."""
    containment: float
    """Share of the copy's shingles that stand in the document, 0 to 1."""
    same_title: bool
    """Whether the headlines are the same words."""
    same_dateline: bool
    """Whether the cities that open them are the same."""
    same_lead: bool
    """Whether their first paragraphs are the same words."""
    first_n_words: int
    """Words of the document."""
    n_words: int
    """Words of the copy."""


@dataclass(frozen=True, slots=True)
class Part:
    """A later part of a story that was captured page by page."""

    id: str
    """Id of the article that was made of its page."""
    number: int
    """Which part it is, from 2."""
    joined_to: str
    """Id of the article that it goes on; empty where it is joined to none."""
    why: str
    """Why it is no article of its own."""
    text: str
    """As in the article; empty where it is joined to none."""
    cuts: tuple[Cut, ...]
    """As in the article."""
    capture: Capture
    """As in the article."""


@dataclass(frozen=True, slots=True)
class CensusLine:
    """A line that the archive knows of an outlet."""

    outlet: str
    """Id of the profile, else the host name."""
    kind: str
    """`headline` of one of its pages, or `repeated` on many of them."""
    key: str
    """The line in the form in which lines are compared."""
    pages: int
    """Pages of the outlet on which it stands."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What the choice between copies needs to know of an article; its signature and band keys are columns beside."""

    id: str
    """As in the article."""
    url: str
    """As in the article."""
    canonical_url: str
    """As in the article."""
    outlet: str
    """As in the article."""
    published_at: dt.datetime | None
    """As in the article."""
    fetched_at: dt.datetime | None
    """As in the article."""
    n_words: int
    """As in the article."""
    text_digest: str
    """SHA-256 of the text, 32 hex digits: equal texts are one before pairs are sought."""
    source: str = ""
    """As in the article."""
    first_outlet: str = ""
    """As in the article."""
    quality: float = 0.0
    """Share of the page's text that is neither cut nor a line that stood before, 0 to 1; 0 where none was measured."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two articles with different texts of which one may stand for the other; verified on their shingle sets."""

    one: int
    """Row of the first article, counted over all shards."""
    other: int
    """Row of the second, greater than the first."""
    jaccard: float
    """Exact similarity of their shingle sets, 0 to 1."""
    containment: float
    """Share of the smaller shingle set that stands in the other, 0 to 1."""
    one_shingles: int
    """Size of the first one's shingle set."""
    other_shingles: int
    """Size of the second one's."""
    near: bool
    """Whether they tell the same story; else one lies inside the other, and the two are no copies of each other."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of an article among its copies."""

    code: str
    """Reason for which it goes; empty if it stays."""
    cluster_id: str
    """Id of the document that stands for it: its own if it stays."""
    jaccard: float | None
    """Similarity to that document; none if it stays."""
    copies: tuple[Copy, ...]
    """Articles that it stands for, sorted by time."""
    versions: tuple[Version, ...] = ()
    """Other captures of its address, sorted by time of capture."""
    containment: float | None = None
    """Share of its shingles that stand in that document; none if it stays or that was not measured."""
    split: str = ""
    """As in a document."""
    time_split: str = ""
    """As in a document."""


def reject(article: Article, stage: str, code: str, detail: str = "") -> Reject:
    """Stop an article."""
    return Reject(
        id=article.id,
        url=article.url,
        canonical_url=article.canonical_url,
        outlet=article.outlet,
        stage=stage,
        code=code,
        detail=detail,
        title=article.title,
        dup_of="",
        jaccard=None,
        fetched_at=article.fetched_at,
        capture=article.capture,
        published_at=article.published_at,
        found_by=article.found_by,
    )


def changed(article: Article, **fields: object) -> Article:
    """Copy an article with some fields set anew."""
    return replace(article, **fields)  # type: ignore[arg-type]
