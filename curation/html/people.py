"""Names of people out of the lines in which pages give them."""

import re
from collections.abc import Iterable

from curation.html.json_ld import unescaped

_WRITER = (
    r"(?:(?:di)?tulis(?:an)?|diposting|posted|written|reported)\s+(?:oleh|by)|oleh|by|penulis|pewarta|jurnalis|kontributor"
    r"|wartawan|laporan|author|redaktur\s*(?:&|dan)\s*reporter|rep(?:orter)?"
)
_EDITOR = r"editor|red(?:aktur)?|penyunting"
_LABEL = re.compile(rf"^(?:(?P<writer>{_WRITER})|(?P<editor>{_EDITOR}))(?:\s*[:|]|\s+-|\s)\s*", re.IGNORECASE)
_NOT_A_NAME = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|\([^)]*\)|[\d:]{4,}")
_PLACE = re.compile(r"\s+(?:[-–—]|\|)\s+.*$|\s*\|.*$")
_BETWEEN = re.compile(r"\s*[;/]\s*|\s+(?:&|dan|and|serta)\s+|,\s*(?:dan|and)?\s*")
_DEGREE = re.compile(
    r"^(?:[SMD]\.?\s?[A-Z]\w{0,3}\.?(?:\s?[A-Z]\w{0,3}\.?)*|Ph\.?D\.?|MBA|MSc|Lc|Drs?\.?|Ir\.?|Jr\.?|Sr\.?|[A-Z]{2})$"
)
_ROLE = re.compile(
    r"^(?:admin\w*|administrator|author|editor|reporter|redaktur|jurnalis|penulis|newsroom|guest|user|unknown|none|null"
    r"|redaksi\w*|tim\b.*|team\b.*|staff?\b.*|.*\b(?:writer|correspondent|bureau|staff|desk|media|magazine)|[^\s,]+\.\w{2,4})$",
    re.IGNORECASE,
)


def writers(lines: Iterable[str], outlets: Iterable[str]) -> tuple[str, ...]:
    """Read the names in lines such as "Oleh: Sari Dewi, Budi Utama - KabarContoh", in order and each once.

    Labels, addresses, roles ("Admin", "Tim Redaksi"), the names of `outlets` and those labelled as editors are left
    out.
    """
    return _names(lines, outlets, ("", "writer"))


def editors(lines: Iterable[str], outlets: Iterable[str]) -> tuple[str, ...]:
    """Read the names of editors in lines as above: those labelled so, or those without any label."""
    texts = list(lines)
    return _names(texts, outlets, ("editor",)) or _names(texts, outlets, ("",))


def _names(lines: Iterable[str], outlets: Iterable[str], roles: tuple[str, ...]) -> tuple[str, ...]:
    places = {squashed(outlet) for outlet in outlets}
    names: dict[str, str] = {}
    for line in lines:
        for role, name in _parts(line):
            if role in roles and _is_name(name) and squashed(name) not in places:
                names.setdefault(name.casefold(), name)
    return tuple(names.values())


def squashed(text: str) -> str:
    """Fold a name to its letters and digits: `KabarContoh.com` and `kabarcontoh com` are one."""
    return "".join(re.findall(r"\w+", text.casefold()))


def _parts(line: str) -> list[tuple[str, str]]:
    """The names in a line, each with the role of the label before it: `writer`, `editor` or none."""
    text = _NOT_A_NAME.sub(" ", unescaped(line)).strip()
    parts: list[tuple[str, str]] = []
    role = ""
    for part in _BETWEEN.split(_PLACE.sub("", text)):
        name = part
        while label := _LABEL.match(name):
            name, role = name[label.end() :], label.lastgroup or ""
        if parts and _DEGREE.match(name):
            parts[-1] = (parts[-1][0], f"{parts[-1][1]}, {name}")
        else:
            parts.append((role, name.strip(" .,:-–—|•·")))
    return parts


def _is_name(text: str) -> bool:
    return 1 < len(text) <= 60 and text.count(" ") < 7 and not _ROLE.match(text) and any(map(str.isalpha, text))
