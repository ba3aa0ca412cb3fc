"""What a site says about the reuse of its pages: bytes, headers and tags → statements.

Nothing here fetches and nothing here raises, whatever the bytes: what cannot be read says nothing. `reserved` means
that the site keeps text and data mining or the training of AI to itself; `open` means that a licence lets everybody
reuse the page for any purpose. What allows a use without licensing the text, such as `ai-train=yes` or
`tdm-reservation: 0`, settles neither and is kept with an empty meaning.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import quote, urlsplit

Meaning = Literal["reserved", "open", ""]
Reuse = Literal["reserved", "open", "unstated"]

SIGNALS: dict[str, str] = {
    "robots": "What robots.txt says to us, and that it turns crawlers for AI away by name.",
    "content-signal": "`Content-Signal` in robots.txt or in the response: `ai-train=no` reserves.",
    "content-usage": "`Content-Usage` in robots.txt or in the response: `train-ai=n` reserves.",
    "x-robots-tag": "`X-Robots-Tag` of the response: `noai` and `noml` reserve.",
    "meta-robots": "`<meta name=robots>` of the page, or one for a named crawler: `noai` and `noml` reserve.",
    "tdm-reservation": "TDM Reservation Protocol, in tdmrep.json, response or page: `1` reserves.",
    "tdm-policy": "Where the site says how a licence for text and data mining is had.",
    "ai.txt": "The line of `/ai.txt` that fits the page: `Disallow` reserves.",
    "license": "The licence that the page links or declares: Creative Commons BY, BY-SA, CC0 and public domain open.",
    "notice": "What the story prints: a ban on crawling, mining, indexing or use for AI reserves.",
}

AGENT = "saring"
# RFC 9309, section 2.5: at least 500 KiB of a robots.txt must be read; the other files are held to the same.
MOST_BYTES = 500 * 1024
MOST_RULES = 10_000
MOST_STATEMENTS = 50
LONGEST_VALUE = 1_000
LONGEST_HEADER = 8 * 1024
LONGEST_PATH = 2 * 1024
LONGEST_NOTICE = 10_000

# Crawlers that gather for the training of models, from their operators' own pages; a ban on them is said to them.
AI_CRAWLERS = frozenset(
    {
        "ai2bot",
        "ai2bot-dolma",
        "amazonbot",
        "anthropic-ai",
        "applebot-extended",
        "bytespider",
        "ccbot",
        "chatgpt-user",
        "claude-web",
        "claudebot",
        "cohere-ai",
        "cohere-training-data-crawler",
        "diffbot",
        "facebookbot",
        "google-cloudvertexbot",
        "google-extended",
        "gptbot",
        "icc-crawler",
        "img2dataset",
        "meta-externalagent",
        "omgili",
        "omgilibot",
        "pangubot",
        "perplexitybot",
        "timpibot",
        "webzio-extended",
    }
)
SEARCH_CRAWLERS = frozenset({"bingbot", "duckduckbot", "googlebot", "googlebot-news", "googleother", "yandex", "slurp"})

# contentsignals.org: search, ai-input, ai-train. IETF aipref vocabulary: train-ai, ai-use, search; before its draft 06
# train-genai, bots, and before its draft 02 tdm, ai, genai, all.
TRAINING = {
    "content-signal": frozenset({"ai-train"}),
    "content-usage": frozenset({"train-ai", "train-genai", "bots", "tdm", "ai", "genai", "all"}),
}
NO = frozenset({"n", "no"})
PREFERENCE = re.compile(r"([a-z*][a-z0-9_.*-]*)\s*=\s*([a-z]+)(?![a-z0-9\"])", re.IGNORECASE)

# noai and noimageai: DeviantArt, 2022; noml: noml.info. noarchive, nosnippet, unavailable_after: Google and Bing, who
# say it of their own caches and answers.
RESERVING = frozenset({"noai", "noml"})
RECORDED = RESERVING | {"noimageai", "noarchive", "nocache", "nosnippet", "noindex", "none", "unavailable_after"}
VALUED = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
DIRECTIVE = re.compile(r"[a-z][a-z_-]*", re.IGNORECASE)
PREFIX = re.compile(r"\s*([a-z][a-z0-9_.-]*)\s*:", re.IGNORECASE)

LINK = re.compile(r"<([^<>]*)>([^<>]*)")
RELATION = re.compile(r"(?:^|;)\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)

# Creative Commons' own addresses, and the names that SPDX gives the same licences. NC and ND do not open for all.
OPEN_ADDRESS = re.compile(
    r"(?:https?:)?//(?:www\.)?creativecommons\.org/(?:licenses/(?:by|by-sa)|publicdomain/(?:zero|mark))(?:/|$)"
    r"|(?:https?:)?//(?:www\.)?spdx\.org/licenses/(?:CC-BY(?:-SA)?-[0-9.]+|CC0-1\.0)(?:\.html)?$"
    r"|CC[ -]BY(?:-SA)?(?:[ -][0-9.]+)?$|CC0(?:[ -]1\.0)?$",
    re.IGNORECASE,
)

FORBIDDING = re.compile(
    r"(?<!tidak )(?<!tak )\bdilarang\b|\btidak (?:di(?:perkenankan|perbolehkan|izinkan|ijinkan|benarkan))\b"
    r"|\btidak boleh\b[^.]{0,40}\bdi(?:gunakan|pakai|salin|ambil|kutip|muat|perbanyak|rayapi|crawl|indeks)\b"
    r"|\btanpa (?:izin|ijin|kebenaran|persetujuan)\b"
    r"|(?<!not )\b(?:prohibited|forbidden)\b|\bprohibits?\b|\bnot (?:permitted|allowed)\b"
    r"|\b(?:may|must|can) ?not\b[^.]{0,40}"
    r"\b(?:use|used|cop(?:y|ied)|reproduced?|scraped?|crawled?|mined?|indexed|train)\b"
    r"|\bno part\b|\bwithout\b[^.]{0,40}\b(?:permission|consent|authori[sz]ation)\b"
    r"|\b(?:are|is|expressly|hereby) reserved?\b|\breserves?\b[^.]{0,60}\brights?\b",
    re.IGNORECASE,
)
MACHINES = re.compile(
    r"\b(?:crawl\w*|scrap(?:e|es|ed|ing|er|ers)|web ?scraping|bots?|spiders?|indexing|text and data mining|TDM"
    r"|(?:text|data)[ -]mining|machine[ -]learning|artificial intelligence|large language models?|LLMs?"
    r"|(?:meng|di)-?(?:crawl|scrap(?:e|ing)?)\w*|pengindeksan|mengindeks|diindeks|pengikisan|perangkakan|perayapan"
    r"|(?:penambangan|perlombongan) (?:data|teks)|kecerdasan (?:buatan|artifisial)|pembelajaran mesin)\b"
    r"|(?-i:\bAI\b|\bA\.I\.)",
    re.IGNORECASE,
)
NOTICE = re.compile(
    r"©|\b(?:copyright|hak cipta|rights? reserved|li[cs]en[cs]e[ds]?|lisensi|izin|ijin|permission|dilarang|prohibited"
    r"|reproduced?|republish(?:ed)?|memperbanyak|mengutip|menyalin)\b",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[.!?;]\s+(?!(?:termasuk|including|juga|also)\b)|\n", re.IGNORECASE)

LINE_END = re.compile(r"[\r\n]+")
UNRESERVED = re.compile(r"%(?:2D|2E|5F|7E|3[0-9]|[46][1-9A-F]|[57][0-9A])", re.IGNORECASE)
UNSAID = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a site says about the reuse of a page."""

    signal: str
    """One of `SIGNALS`."""
    value: str
    """The statement in the site's own words, on one line."""
    meaning: Meaning
    said_by: str
    """Address of the file, name of the header, or place on the page that says so."""


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of a robots.txt or ai.txt that are said to the same crawlers, as (name, value)."""

    agents: tuple[str, ...]
    """As written; none for lines that come before the first of them."""
    lines: tuple[tuple[str, str], ...]


def robots_statements(body: bytes, url: str, agent: str, path: str) -> tuple[Statement, ...]:
    """Read what a robots.txt says about the use of a path beyond allowing its fetch.

    Groups: RFC 9309, section 2.2. `Content-Signal` (contentsignals.org) and `Content-Usage`
    (draft-ietf-aipref-attach), each with a path or without, count for the crawlers of their group, and of the paths
    that fit the longest counts. What is said to all while `agent` has a group of its own is kept without meaning.
    """
    groups = _groups(body)
    ours = [group for group in groups if agent.lower() in map(str.lower, group.agents)]
    to_all = [group for group in groups if "*" in group.agents and group not in ours]
    to_nobody = [group for group in groups if not group.agents]
    found = [*_preferences([*to_nobody, *(ours or to_all)], url, path)]
    if ours:
        found += [Statement(one.signal, one.value, "", one.said_by) for one in _preferences(to_all, url, path)]
    found += _turned_away(groups, url, path)
    return _kept(found)


def header_statements(headers: Sequence[tuple[str, str]]) -> tuple[Statement, ...]:
    """Read what the headers of a response say: X-Robots-Tag, tdm-*, Content-Usage, Content-Signal, Link rel=license.

    A header that comes several times says each of its values. X-Robots-Tag: Google's robots meta tag documentation;
    what it says to another crawler by name is kept without meaning.
    """
    found: list[Statement] = []
    for name, value in headers:
        read = HEADERS.get(name.strip().lower())
        if read is not None:
            found += read(value[:LONGEST_HEADER])
    return _kept(found)


def tdmrep_statements(body: bytes, url: str, path: str) -> tuple[Statement, ...]:
    """Read what a `/.well-known/tdmrep.json` says about a path.

    W3C community group report "TDM Reservation Protocol", section "TDM File on the Origin Server": `*` stands for
    anything and `$` for the end. The report calls the first match in sequence the most specific one and points to
    Google's rules, where that is the longest; where the two differ both are given, so that a reservation counts.
    """
    rules = [rule for rule in _tdm_rules(body) if _fits(str(rule["location"]), path)]
    if not rules:
        return ()
    found = []
    for rule in (rules[0], max(rules, key=lambda rule: len(str(rule["location"])))):
        found.append(_reservation(str(rule["tdm-reservation"]), url))
        if isinstance(rule.get("tdm-policy"), str):
            found.append(Statement("tdm-policy", str(rule["tdm-policy"]), "", url))
    return _kept(found)


def ai_txt_statements(body: bytes, url: str, path: str) -> tuple[Statement, ...]:
    """Read which line of an `/ai.txt` fits a path: the longest, and `Allow` before `Disallow` of the same length.

    Spawning's ai.txt has the form of a robots.txt and names kinds of files, such as `*.html`; an address without
    a dot in its last part is a page of HTML. Other files of that name, and pages that answer in its place, say
    nothing.
    """
    groups = _groups(body)
    ours = [group for group in groups if AGENT in map(str.lower, group.agents)]
    to_all = [group for group in groups if not group.agents or "*" in group.agents]
    best: tuple[int, bool, str] = (0, False, "")
    for name, value in (line for group in ours or to_all for line in group.lines):
        if name in ("allow", "disallow") and value and _fits_kind(value, path):
            best = max(best, (len(value), name == "allow", value))
    _, allowed, value = best
    if not value:
        return ()
    return _kept(
        [Statement("ai.txt", f"{'Allow' if allowed else 'Disallow'}: {value}", "" if allowed else "reserved", url)]
    )


def meta_statements(pairs: Iterable[tuple[str, str]]) -> tuple[Statement, ...]:
    """Read the (name, content) of a page's meta tags: robots, crawlers by name, tdm-reservation and tdm-policy."""
    found: list[Statement] = []
    for name, content in pairs:
        found += _meta(name.strip().lower(), content[:LONGEST_HEADER])
    return _kept(found)


def licence_statements(links: Iterable[tuple[str, str]]) -> tuple[Statement, ...]:
    """Read the licences of a page, each as its address and where it stands."""
    found = (
        Statement("license", address, "open" if OPEN_ADDRESS.match(address.strip()) else "", place)
        for address, place in links
    )
    return _kept(found)


def notice_statement(text: str) -> Statement | None:
    """Read the notice that a story prints, in Indonesian, Malay or English; None where it says nothing of reuse.

    It reserves where one sentence both forbids and speaks of crawling, indexing, mining or AI.
    """
    text = text[:LONGEST_NOTICE]
    if not NOTICE.search(text) and not FORBIDDING.search(text):
        return None
    reserved = any(FORBIDDING.search(part) and MACHINES.search(part) for part in SENTENCE_END.split(text))
    kept = _kept([Statement("notice", text, "reserved" if reserved else "", "text")])
    return kept[0] if kept else None


def reuse_of(statements: Iterable[Statement]) -> Reuse:
    """Say what statements come to: `reserved` wins over `open`.

    Within the TDM Reservation Protocol the page's tag supersedes the response's header and that the file (section
    "Processing priority"), so that a page may open what its site reserves.
    """
    said = tuple(statements)
    tdm = [one for one in said if one.signal == "tdm-reservation"]
    nearest = max(map(_nearness, tdm), default=0)
    counted = [one for one in said if one.signal != "tdm-reservation" or _nearness(one) == nearest]
    meanings = {one.meaning for one in counted}
    return "reserved" if "reserved" in meanings else "open" if "open" in meanings else "unstated"


def _nearness(statement: Statement) -> int:
    """Rank a file below a header below a tag of the page."""
    return 2 if statement.said_by.startswith("meta ") else 0 if "/" in statement.said_by else 1


def _kept(found: Iterable[Statement]) -> tuple[Statement, ...]:
    """Bring statements into one line each, without repeats; of too many those that reserve are kept first."""
    tidy = dict.fromkeys(
        Statement(one.signal, value, one.meaning, one.said_by) for one in found if (value := _one_line(one.value))
    )
    if len(tidy) <= MOST_STATEMENTS:
        return tuple(tidy)
    return tuple(sorted(tidy, key=lambda one: one.meaning != "reserved")[:MOST_STATEMENTS])


def _one_line(value: str) -> str:
    return UNSAID.sub(" ", value[: 2 * LONGEST_VALUE]).strip()[:LONGEST_VALUE]


# robots.txt and ai.txt


@lru_cache(maxsize=32)  # one file is asked about for every page of its host
def _groups(body: bytes) -> tuple[Group, ...]:
    """Split a file into groups: a run of `User-agent` lines and what follows up to the next run."""
    text = body[:MOST_BYTES].decode("utf-8-sig", errors="replace")
    groups: list[Group] = []
    agents: list[str] = []
    lines: list[tuple[str, str]] = []
    for line in LINE_END.split(text)[: 10 * MOST_RULES]:
        name, colon, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if not colon:
            continue
        if name == "user-agent":
            if lines:
                groups.append(Group(tuple(agents), tuple(lines)))
                agents, lines = [], []
            agents.append(_product(value))
        elif name in ("allow", "disallow", "crawl-delay", "content-signal", "content-usage"):
            lines.append((name, value))
    groups.append(Group(tuple(agents), tuple(lines)))
    return tuple(groups[:MOST_RULES])


def _product(value: str) -> str:
    """Take the product token of a User-agent line, without a version behind it."""
    return value.partition("/")[0].strip()


def _preferences(groups: Iterable[Group], url: str, path: str) -> Iterator[Statement]:
    """Give the preferences for a path: of each kind those under the longest path that fits."""
    fitting: dict[str, list[tuple[int, str]]] = {}
    for name, value in (line for group in groups for line in group.lines):
        if name in TRAINING:
            pattern = value.split(None, 1)[0] if value.startswith("/") else "/"
            if _fits(pattern, path):
                fitting.setdefault(name, []).append((len(pattern), value))
    for name, values in fitting.items():
        longest = max(length for length, _ in values)
        yield from (_preference(name, value, url) for length, value in values if length == longest)


def _preference(signal: str, value: str, said_by: str) -> Statement:
    """Read a preference; RFC 9651, section 3.2: of a key that comes twice the last counts."""
    terms = value.split(None, 1)[-1] if value.startswith("/") else value
    said = {key.lower().replace("_", "-"): answer.lower() for key, answer in PREFERENCE.findall(terms[:LONGEST_HEADER])}
    reserved = any(said.get(key) in NO for key in TRAINING[signal])
    return Statement(signal, value, "reserved" if reserved else "", said_by)


def _turned_away(groups: Iterable[Group], url: str, path: str) -> Iterator[Statement]:
    """Name the crawlers for AI that may not fetch a path."""
    names: dict[str, str] = {}
    for group in groups:
        named = {agent.lower(): agent for agent in group.agents if agent.lower() in AI_CRAWLERS}
        if named and not _may_fetch(group, path):
            names |= named
    if names:
        yield Statement("robots", "Disallow for " + ", ".join(names[key] for key in sorted(names)), "", url)


def _may_fetch(group: Group, path: str) -> bool:
    """RFC 9309, section 2.2.2: the longest rule that fits decides, and `Allow` where two are equally long."""
    fitting = [
        (len(value), name == "allow")
        for name, value in group.lines
        if name in ("allow", "disallow") and value and _fits(value, path)
    ]
    return max(fitting, default=(0, True))[1]


def _fits(pattern: str, path: str) -> bool:
    """Say whether a pattern of robots.txt fits the beginning of a path; `*` and `$` as in RFC 9309, section 2.2.3."""
    pattern, path = _normal(pattern), _normal(path) or "/"
    ends = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    if not others:
        return not ends or path == first
    place = len(first)
    for part in others[:-1]:
        place = path.find(part, place)
        if place < 0:
            return False
        place += len(part)
    last = others[-1]
    return path.endswith(last) and len(path) - len(last) >= place if ends else path.find(last, place) >= 0


def _fits_kind(pattern: str, path: str) -> bool:
    """Say whether a line of ai.txt fits a path: `*.html` at its end, everything else as in robots.txt."""
    if not pattern.startswith("*."):
        return _fits(pattern if pattern.startswith(("/", "*")) else f"/{pattern}", path)
    page = path.partition("?")[0].lower()
    if "." not in page.rpartition("/")[2]:
        page += ".html"
    return _fits(pattern.lower().removesuffix("$") + "$", page)


@lru_cache(maxsize=4096)  # patterns come again for every page
def _normal(path: str) -> str:
    """Bring percent-encoding into one form: what needs none is plain, the rest upper case, beyond ASCII as UTF-8."""
    encoded = quote(path[:LONGEST_PATH], safe="%/!#$&'()*+,:;=?@[]~", errors="replace")
    encoded = re.sub(r"%[0-9a-fA-F]{2}", lambda found: found[0].upper(), encoded)
    return UNRESERVED.sub(lambda found: chr(int(found[0][1:], 16)), encoded)


# The TDM Reservation Protocol


@lru_cache(maxsize=32)
def _tdm_rules(body: bytes) -> tuple[Mapping[str, object], ...]:
    if len(body) > MOST_BYTES:
        return ()
    try:
        told = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return ()
    rules = told if isinstance(told, list) else [told]
    whole = [
        rule
        for rule in rules[:MOST_RULES]
        if isinstance(rule, dict) and isinstance(rule.get("location"), str) and "tdm-reservation" in rule
    ]
    return tuple(whole)


def _reservation(value: str, said_by: str) -> Statement:
    """Read a reservation; JSON may write its 1 as a number, a string, or true."""
    reserved = any(part.strip().lower() in ("1", "1.0", "true") for part in value[:LONGEST_HEADER].split(","))
    return Statement("tdm-reservation", value, "reserved" if reserved else "", said_by)


# Headers and tags


def _x_robots_tag(value: str) -> Iterator[Statement]:
    """Read one X-Robots-Tag: directives, said to all, or to the crawler whose name and a colon stand before them."""
    prefix = PREFIX.match(value)
    name = prefix[1].lower() if prefix and prefix[1].lower() not in VALUED else ""
    said = {directive.lower() for directive in DIRECTIVE.findall(value[prefix.end() if prefix and name else 0 :])}
    to_us = name in ("", AGENT, "*", "robots")
    if said & RECORDED:
        yield Statement("x-robots-tag", value, "reserved" if to_us and said & RESERVING else "", "x-robots-tag")


def _link(value: str) -> Iterator[Statement]:
    """Find the licences among the links of a Link header (RFC 8288)."""
    for address, parameters in LINK.findall(value):
        relation = RELATION.search(parameters)
        if relation and "license" in (relation[1] or relation[2]).lower().split():
            yield from licence_statements([(address, "link")])


def _meta(name: str, content: str) -> Iterator[Statement]:
    place = f"meta {name}"
    if name in ("robots", AGENT) or name in AI_CRAWLERS or name in SEARCH_CRAWLERS:
        said = {directive.lower() for directive in DIRECTIVE.findall(content)}
        reserved = name in ("robots", AGENT) and said & RESERVING
        if said & RECORDED:
            yield Statement("meta-robots", content, "reserved" if reserved else "", place)
    elif name == "tdm-reservation":
        yield _reservation(content, place)
    elif name == "tdm-policy":
        yield Statement("tdm-policy", content, "", place)


HEADERS: dict[str, Callable[[str], Iterable[Statement]]] = {
    "x-robots-tag": _x_robots_tag,
    "tdm-reservation": lambda value: [_reservation(value, "tdm-reservation")],
    "tdm-policy": lambda value: [Statement("tdm-policy", value, "", "tdm-policy")],
    "content-usage": lambda value: [_preference("content-usage", value, "content-usage")],
    "content-signal": lambda value: [_preference("content-signal", value, "content-signal")],
    "link": _link,
}


def path_of(url: str) -> str:
    """Give what robots.txt and its like match on: path and query of an address."""
    try:
        return urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl() or "/"
    except ValueError:
        return "/"
