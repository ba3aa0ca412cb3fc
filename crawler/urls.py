"""One address per story: the canonical form of a URL, its page and the id of an article."""

import hashlib
import re
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from crawler.outlets import Profile

# What analytics, mail and social networks append, and what asks for another rendering of the same story.
TRACKING = re.compile(
    r"(?:utm_\w*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_[ce]id|ref|ref_src|source|amp)$",
    re.IGNORECASE,
)
# Name and value together; a bare `page=2` names a part of a story and stays.
RENDERING = frozenset({"m=0", "m=1", "page=all", "showpage=all", "single=1", "outputtype=amp"})

# Blogger sends readers to a twin under their own country's domain.
BLOGSPOT = re.compile(r"^(?P<blog>[^.]+)\.blogspot\.(?:com?\.)?[a-z]{2,3}$")
AMP_HEAD = re.compile(r"^/amp(?=/[^/])", re.IGNORECASE)
AMP_TAIL = re.compile(r"(?<=[^/])/amp(?=/?$)", re.IGNORECASE)

PATH_SAFE = "/:@!$&'()*+,;=~%"
# Browsers encode the apostrophe in a query, not in a path.
QUERY_SAFE = PATH_SAFE.replace("'", "") + "?"


def canonical_url(url: str, profile: Profile | None) -> str:
    """Give the one address of a story, without tracking, paging, AMP and mobile forms.

    A profile that owns the host keeps only the query parameters that it names; on an unknown site only known
    tracking and rendering parameters go. Percent-encoding and dot segments take the normal form of RFC 3986,
    section 6.2.2. Giving the result again changes nothing. What is no http address comes back stripped.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url
    if parts.scheme not in ("http", "https") or not host:
        return url
    host = _one_host(_ascii(host), profile)
    owner = profile if profile is not None and profile.owns(host) else None
    scheme = "http" if owner is not None and owner.served_by == "newsstand" else "https"
    place = f"[{host}]" if ":" in host else host
    if port not in (None, 80, 443):
        place = f"{place}:{port}"
    return urlunsplit((scheme, place, _one_path(parts.path), _one_query(parts.query, owner), ""))


def story_page(url: str, profile: Profile | None) -> int:
    """Tell which part of a story an address names, from 1; the first or the whole story is 1."""
    name = profile.addresses.page_parameter if profile is not None else "page"
    for pair in _pairs(url):
        key, _, value = pair.partition("=")
        if key == name and value.isascii() and value.isdigit():
            return max(1, int(value[:9]))
    return 1


def story_part(url: str, number: int, profile: Profile | None) -> str:
    """Give the address of a later part of a story, `?page=2`."""
    canonical = canonical_url(url, profile)
    name = profile.addresses.page_parameter if profile is not None else "page"
    return f"{canonical}{'&' if '?' in canonical else '?'}{name}={number}"


def whole_story(url: str, profile: Profile | None) -> str:
    """Give the address that brings all parts of a story at once, else its canonical address."""
    canonical = canonical_url(url, profile)
    whole = profile.addresses.whole if profile is not None else ""
    if not whole:
        return canonical
    return f"{canonical}{'&' if '?' in canonical else '?'}{whole}"


def article_id(canonical: str, digest: str) -> str:
    """Give 16 hex digits of SHA-256 over canonical address and payload digest."""
    return hashlib.sha256(f"{canonical}\n{digest}".encode(errors="replace")).hexdigest()[:16]


def _ascii(host: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return host


def _one_host(host: str, profile: Profile | None) -> str:
    blog = BLOGSPOT.match(host)
    if blog:
        return f"{blog['blog']}.blogspot.com"
    prefix, _, rest = host.partition(".")
    if prefix not in ("amp", "m") or "." not in rest:
        return host
    if profile is None:
        return f"www.{rest}" if prefix == "amp" else host
    home = urlsplit(profile.home).hostname or ""
    if home in (host, rest, f"www.{rest}"):
        return home
    if profile.owns(f"www.{rest}"):
        return f"www.{rest}"
    return _one_host(rest, profile) if profile.owns(rest) else host


def _one_path(path: str) -> str:
    path = _without_dots(_normal(path, PATH_SAFE))
    while (shorter := AMP_TAIL.sub("", AMP_HEAD.sub("", path))) != path:
        path = shorter
    return path


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _one_query(query: str, owner: Profile | None) -> str:
    pairs = (_normal(pair, QUERY_SAFE) for pair in query.split("&"))
    return "&".join(sorted(pair for pair in pairs if pair and _belongs(pair, owner)))


def _belongs(pair: str, owner: Profile | None) -> bool:
    name = unquote(pair.partition("=")[0])
    if owner is not None:
        return name in owner.addresses.keep_query
    return not TRACKING.match(name) and unquote(pair).lower() not in RENDERING


def _pairs(url: str) -> list[str]:
    try:
        return urlsplit(url).query.split("&")
    except ValueError:
        return []


def _normal(text: str, safe: str) -> str:
    quoted = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quote(text, safe=safe, errors="replace"))
    return re.sub(r"%[0-9A-Fa-f]{2}", _shortest, quoted)


def _shortest(escape: re.Match[str]) -> str:
    character = chr(int(escape[0][1:], 16))
    plain = character.isascii() and (character.isalnum() or character in "-._~")
    return character if plain else escape[0].upper()
