"""Bytes to text, whatever the page says about itself."""

import codecs
import re

from curation.html.characters import undo_double_encoding

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# A name may mean more than it says: https://encoding.spec.whatwg.org/#names-and-labels
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-16": "utf-16-le",
}
# Python knows codecs that no page may ask for (utf-7, punycode, unicode_escape, …).
_ALLOWED = re.compile(r"utf-(8|16|32)|iso8859|cp(125|874|932|949|866)|gb18030|big5|euc_jp|koi8|mac-roman|iso2022_jp$")
# How `surrogateescape` marks a byte that is no UTF-8, to what windows-1252 makes of it.
_STRAYS = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_HEAD = 4096


def decode(payload: bytes, content_type: str) -> str:
    """Read the bytes of a page as text; never raises.

    In order: a byte order mark; UTF-8 if the bytes are that, whatever was declared; the charset of the header,
    then of the page's head; UTF-8 with strays from windows-1252; windows-1252.
    `content_type` is the Content-Type header as sent, or empty.
    """
    text = _marked(payload) or _wide(payload, content_type) or _plain(payload, content_type)
    return undo_double_encoding(text.replace("\x00", ""))


def _marked(payload: bytes) -> str:
    for mark, name in _MARKS:
        if payload.startswith(mark):
            return payload[len(mark) :].decode(name, "replace")
    return ""


def _wide(payload: bytes, content_type: str) -> str:
    """UTF-16 without a mark: every second byte of markup is zero, which is valid UTF-8 all the same."""
    head = payload[:_HEAD]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) * 0.2 or min(even, odd) > max(even, odd) * 0.25:
        return ""
    declared = _declared(content_type.encode("latin-1", "replace"))
    if declared.startswith("utf-32"):
        return payload.decode(declared, "replace")
    return payload.decode("utf-16-le" if odd > even else "utf-16-be", "replace")


def _plain(payload: bytes, content_type: str) -> str:
    declared = [
        name
        for name in (_declared(content_type.encode("latin-1", "replace")), _declared(payload[:_HEAD]))
        if name and not name.startswith(("utf-16", "utf-32"))
    ]
    if "iso2022_jp" in declared:
        return payload.decode("iso2022_jp", "replace")
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        pass
    mixed, strays = _mixed(payload)
    legacy = next((name for name in declared if name != "utf-8"), "cp1252")
    sequences = sum(character > "\x7f" for character in mixed) - strays
    if strays <= sequences or legacy == "cp1252":
        return mixed
    return payload.decode(legacy, "replace")


def _declared(head: bytes) -> str:
    """Python's name of the charset that a header or a page's head declares, or an empty string."""
    found = _CHARSET.search(head)
    if not found:
        return ""
    try:
        name = codecs.lookup(found[1].decode("ascii", "replace")).name
    except LookupError:
        return ""
    name = _WIDER.get(name, name)
    return name if _ALLOWED.match(name) else ""


def _mixed(payload: bytes) -> tuple[str, int]:
    """Read as UTF-8, and every byte that is none as windows-1252; also count those bytes."""
    escaped = payload.decode("utf-8", "surrogateescape")
    text = escaped.translate(_STRAYS)
    return text, sum("\udc80" <= character <= "\udcff" for character in escaped)
