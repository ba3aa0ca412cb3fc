"""Addresses of stories → patterns: what all share stays, numbers, days and slugs become what they are."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlsplit

from curation.learn.draft import Evidence

_FEWEST = 3
"""So many stories must share a word before it is taken for a part of the form."""
_SPECIAL = re.compile(r"([.^$*+?{}\[\]|()\\])")
_EXTENSION = re.compile(r"\.[a-z]{2,5}$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY = re.compile(r"[0-3]\d")
_WORDS = r"[\w-]+"
_SURE = 2
"""So many hyphens tell the slug of a story from a rubric; more would refuse short headlines."""
_END = r"/?(?:\?|$)"


def find_patterns(urls: Sequence[str]) -> tuple[Evidence, ...]:
    """Find patterns that are found in path and query of story addresses, the one that most have first.

    Addresses with as many segments and numbers in the same ones make a pattern. A stray address makes one only if it
    has a number or a word of another pattern, since stories of an unknown form are lost.
    """
    groups: dict[tuple[bool, ...], list[str]] = defaultdict(list)
    for path in sorted({urlsplit(url).path for url in urls}):
        segments = path.strip("/").split("/")
        groups[tuple(segment.isdigit() for segment in segments)].append(path)
    words: set[str] = set()
    patterns: list[str] = []
    for paths in sorted(groups.values(), key=lambda paths: (-len(paths), paths)):
        pattern = _pattern(paths, words)
        is_form = len(paths) > 1 or r"\d" in pattern or not words.isdisjoint(paths[0].split("/"))
        if pattern and is_form and not all(is_taken(path, patterns) for path in paths):
            patterns.append(pattern)
            words |= _shared_words(paths)
    return tuple(_evidence(pattern, urls) for pattern in patterns)


def find_exclusions(patterns: Sequence[str], stories: Sequence[str], others: Sequence[str]) -> tuple[Evidence, ...]:
    """Find what keeps pages that tell no story out of the patterns: the folder in which they lie and no story does."""
    folders = {_folder(url) for url in stories}
    taken = [url for url in others if is_taken(url, patterns)]
    found = sorted({_folder(url) for url in taken} - folders)
    return tuple(_evidence(rf"^/{_literal(folder)}/", others) for folder in found if folder.isalpha())


def find_query_keys(urls: Sequence[str]) -> tuple[str, ...]:
    """Find the query parameters that alone tell one story from another, as in `/index.php?id=512`."""
    paths: dict[str, list[dict[str, str]]] = defaultdict(list)
    for url in sorted(set(urls)):
        parts = urlsplit(url)
        paths[parts.path].append(dict(parse_qsl(parts.query)))
    crowded = [queries for queries in paths.values() if len(queries) >= _FEWEST]
    keys = {key for queries in crowded for key in set.intersection(*map(set, queries))}
    return tuple(sorted(key for key in keys if any(len({one[key] for one in some}) == len(some) for some in crowded)))


def is_taken(url: str, patterns: Sequence[str]) -> bool:
    """Say whether a pattern is found in path and query of an address."""
    return any(re.search(pattern, _place(url)) for pattern in patterns)


def _evidence(pattern: str, urls: Sequence[str]) -> Evidence:
    found = [_place(url) for url in urls if is_taken(url, (pattern,))]
    return Evidence(pattern, len(found), len(urls), min(found))


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _folder(url: str) -> str:
    """First segment of a path that has more than one."""
    folder, slash, _ = urlsplit(url).path.strip("/").partition("/")
    return folder if slash else ""


def _columns(paths: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip(*(path.strip("/").split("/") for path in paths), strict=True))


def _shared_words(paths: Sequence[str]) -> set[str]:
    """Segments that all paths have and that are no number."""
    shared = (column[0] for column in _columns(paths) if len(set(column)) == 1 and not column[0].isdigit())
    return set(shared) if len(paths) >= _FEWEST else set()


def _pattern(paths: Sequence[str], words: Iterable[str]) -> str:
    """Generalise paths with equally many segments; empty where nothing tells them from those of a rubric.

    `words` are parts of the form of other addresses of the site.
    """
    columns = _columns(paths)
    forms = _shared_words(paths).union(words)
    segments: list[str] = []
    for column in columns:
        segments.append(_literal(column[0]) if set(column) <= forms else _segment(column, segments))
    if not any(r"\d" in segment or segment.isalnum() for segment in segments):
        # Nothing but words: then only a slug of several tells a story from a rubric.
        fewest = min(segment.count("-") for segment in columns[-1])
        if not fewest:
            return ""
        segments[-1] = segments[-1].replace(_WORDS, rf"\w+(?:-\w+){{{min(fewest, _SURE)},}}", 1)
    elif len(segments) > 1 and segments[0] == _WORDS and columns[1][0] in forms:
        # `/kota/read/123/slug` stands for `/read/123/slug` too: the rubric comes and goes.
        segments[:2] = [f"(?:{_WORDS}/)?{segments[1]}"]
    end = "" if _EXTENSION.search(segments[-1]) else _END
    return f"^/{'/'.join(segments)}{end}"


def _segment(values: Sequence[str], before: Sequence[str]) -> str:
    """Generalise one segment of several paths, given the forms of those before it."""
    if all(map(_YEAR.fullmatch, values)):
        return r"\d{4}"
    if all(map(_DAY.fullmatch, values)) and before[-1:] in ([r"\d{4}"], [r"\d{2}"]):
        return r"\d{2}"
    return r"\d+" if all(map(str.isdigit, values)) else _slug(values)


def _slug(values: Sequence[str]) -> str:
    """Generalise slugs: common extension and opening stay, and numbers that stand at either end of all."""
    endings = {match[0] if (match := _EXTENSION.search(value)) else "" for value in values}
    ending = endings.pop() if len(endings) == 1 else ""
    stems = [value.removesuffix(ending) for value in values]
    opening = _opening(stems) if len(stems) >= _FEWEST else ""
    stems = [stem.removeprefix(opening) for stem in stems]
    head = r"\d+-" if all(re.match(r"\d+-.", stem) for stem in stems) else ""
    stems = [re.sub(r"^\d+-", "", stem) if head else stem for stem in stems]
    tail = r"-\d+" if all(re.search(r".-\d+$", stem) for stem in stems) else ""
    middle = _WORDS if all(re.fullmatch(r"[\w-]+", stem) for stem in stems) else "[^/]+"
    return f"{_literal(opening)}{head}{middle}{tail}{_literal(ending)}"


def _opening(values: Sequence[str]) -> str:
    """What all begin with, up to a hyphen, an underscore or a full stop; empty if that is all of one."""
    least, most = min(values), max(values)
    shared = next((at for at, pair in enumerate(zip(least, most)) if pair[0] != pair[1]), 0)  # noqa: B905
    return re.sub(r"[^-_.]*$", "", least[:shared])


def _literal(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
