"""Contact data of people in a text: found, and replaced by a mask that says what stood there.

A text is worked on line by line: nothing is sought across a line break. What a number is, is told by its shape, by
what can be checked of it (`phonenumbers`, `stdnum`, `ipaddress`), and by the words right before it.
"""

import ipaddress
import re
import tomllib
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import phonenumbers
from phonenumbers import PhoneNumberType
from stdnum import luhn
from stdnum.id import nik, npwp


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of contact data."""

    mask: str
    """What stands in the text instead."""
    why: str
    how: str


KINDS: dict[str, Kind] = {
    "email": Kind("<EMAIL>", "reaches a person", "name@host.tld, also spelt [at], (dot), at … dot com"),
    "phone": Kind(
        "<PHONE>",
        "reaches a person",
        "opens with +, 62, 0 or (0 and is valid by Google's phonenumbers; short codes and call centres (110, 1500-xxx, "
        "0800, 0804) stay",
    ),
    "nik": Kind("<NIK>", "is the person to every office", "16 digits: region, birth date (day + 40 for women), number"),
    "npwp": Kind("<NPWP>", "is the person to the tax office", "15 or 16 digits with their check digit"),
    "card": Kind("<CARD>", "pays", "prefix and length of an issuer, and Luhn's check digit"),
    "account": Kind("<ACCOUNT>", "is paid into", "8 to 16 digits after a bank word, or before `a.n.`"),
    "ip": Kind("<IP>", "is a person's line", "IPv4 or IPv6 outside private nets; no version, section or amount"),
    "address": Kind(
        "<ADDRESS>",
        "is where a person lives",
        "street with house number, block or RT/RW after `beralamat di`, `tinggal di`, `warga` and the like, unless it "
        "is the address of an office, shop or hall",
    ),
}


@dataclass(frozen=True, slots=True)
class Span:
    """Where contact data stand in a text."""

    start: int
    end: int
    kind: str


def find_personal(text: str) -> list[Span]:
    """List the contact data in a text by place; where two overlap, the kind that is surer stays."""
    starts: list[int] = []
    ends: list[int] = []
    kinds: list[str] = []
    for seems, find in _FINDERS:
        for span in find(text) if seems(text) else ():
            at = bisect_right(ends, span.start)
            if "\n" in text[span.start : span.end]:
                continue
            if at == len(starts) or span.end <= starts[at]:
                starts.insert(at, span.start)
                ends.insert(at, span.end)
                kinds.insert(at, span.kind)
    return [Span(*place) for place in zip(starts, ends, kinds, strict=True)]


def mask_personal(text: str, kinds: Collection[str] = tuple(KINDS)) -> tuple[str, Counter[str]]:
    """Replace the contact data of some kinds by their masks, and count them.

    What is left holds none that would be found: `mask_personal(mask_personal(text)[0])` changes nothing.
    """
    counts: Counter[str] = Counter()
    while spans := [span for span in find_personal(text) if span.kind in kinds]:
        # A second look, because a mask may bring a telling word nearer to the next number.
        counts.update(span.kind for span in spans)
        text = replaced(text, spans)
    return text, counts


def replaced(text: str, spans: list[Span]) -> str:
    """Put the mask of each span in its place; spans are sorted and do not overlap."""
    pieces, place = [], 0
    for span in spans:
        pieces += [text[place : span.start], KINDS[span.kind].mask]
        place = span.end
    return "".join((*pieces, text[place:]))


# ---- the words before

_WORDS: dict[str, list[str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_REACH = 60
"""Characters before a number in which a word can tell what it is."""
_CLAUSE_END = re.compile(
    r"[\d<>@\n]|[!?;]\s|(?<![A-Za-z]\.[a-z])(?<!no)(?<!rek)(?<!telp)(?<!tlp)(?<!hub)\.\s", re.IGNORECASE
)


def _any_of(name: str) -> str:
    return rf"\b(?:{'|'.join(re.escape(word) for word in _WORDS[name])})\b"


def _words(name: str) -> re.Pattern[str]:
    return re.compile(_any_of(name), re.IGNORECASE)


def _words_before(text: str, place: int) -> str:
    """Give what stands right before a place: in its line, after the last number, mask or address."""
    before = text[max(0, place - _REACH) : place]
    return _CLAUSE_END.split(before)[-1]


def _last(words: re.Pattern[str], before: str) -> int:
    return max((found.start() for found in words.finditer(before)), default=-1)


_PHONE_WORDS, _TAX, _CARD_WORDS, _IDENTITY, _BANK = map(_words, ("phone", "tax", "card", "identity", "bank"))
_OTHER_NUMBERS = re.compile(
    rf"{_any_of('other_number')}|\b(?:nomor|no\.?|register|id)\s{_any_of('numbered')}", re.IGNORECASE
)


def _is_other_number(before: str) -> bool:
    """Say whether the nearest telling word names a number of another kind: a parcel, a pupil, a case at court."""
    known = max(_last(words, before) for words in (_PHONE_WORDS, _BANK, _CARD_WORDS, _TAX, _IDENTITY))
    return _last(_OTHER_NUMBERS, before) > known


# ---- e-mail

_NAME = r"[\w+-](?:[\w.+%'-]{0,62}[\w+-])?"
_EMAIL = re.compile(
    rf"(?<![\w.+%-]){_NAME}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?\.){{1,6}}[A-Za-z]{{2,24}}(?!\w)"
)
_AT = r"(?:\s*[\[({<]\s*(?:at|et|@)\s*[\])}>]\s*)"
_DOT = r"(?:\s*[\[({<]\s*(?:dot|titik|\.)\s*[\])}>]\s*|\.|\s+(?:dot|titik)\s+)"
_TOP = r"(?:com|id|org|net|co|go|ac|or|sch|info|my|web|biz|example)"
_HIDDEN = re.compile(
    rf"(?<![\w.+%-]){_NAME}{_AT}[\w-]{{1,63}}(?:{_DOT}[A-Za-z]\w{{0,30}}){{0,3}}{_DOT}[A-Za-z]{{2,24}}\b"
    rf"|(?<![\w.+%-]){_NAME}(?:{_AT}|\s+at\s+)[\w-]{{1,63}}(?:\s+(?:dot|titik)\s+[a-z]\w{{0,30}}){{0,2}}"
    rf"\s+(?:dot|titik)\s+{_TOP}\b",
    re.IGNORECASE,
)
_SEEMS_HIDDEN = re.compile(r"[\[({<]\s*(?:at|et|@)\s*[\])}>]|\s(?:dot|titik)\s+[a-z]{2,4}\b", re.IGNORECASE)


def _emails(text: str) -> Iterator[Span]:
    if "@" in text:
        yield from (Span(*found.span(), "email") for found in _EMAIL.finditer(text))
    if _SEEMS_HIDDEN.search(text):
        yield from (Span(*found.span(), "email") for found in _HIDDEN.finditer(text) if "\n" not in found[0])


# ---- addresses on the net

_IPV4 = re.compile(r"(?<![\w.,/-])\d{1,3}(?:\.\d{1,3}){3}(?!\w|[.,]\d|\.\w)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{0,4}(?![\w:])")
_IP_WORDS, _VERSIONS = _words("ip"), _words("version")


def _addresses_on_the_net(text: str) -> Iterator[Span]:
    for found in (*_IPV4.finditer(text), *_IPV6.finditer(text)):
        before = _words_before(text, found.start())
        named = _last(_IP_WORDS, before) > _last(_VERSIONS, before)
        if _is_public(found[0]) and (named or not (_VERSIONS.search(before) or _may_be_figures(found[0]))):
            yield Span(*found.span(), "ip")


def _is_public(written: str) -> bool:
    try:
        address = ipaddress.ip_address(written)
    except ValueError:
        return False
    # The nets kept for documentation count as public: examples are written with them.
    inner = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "0.0.0.0/8", "fe80::/10")
    return not any(address in ipaddress.ip_network(net) for net in inner) and int(address) > 1


def _may_be_figures(written: str) -> bool:
    """Say whether four numbers may be an amount with thousands, a section, or no address at all."""
    if ":" in written:
        return False
    first, *others = written.split(".")
    thousands = all(len(part) == 3 for part in others)
    return thousands or max(map(len, (first, *others))) < 3


# ---- numbers of people, taxes and cards

_LONG = re.compile(r"(?<![\w+,/])(?<!\d[.-])\d(?:[ \u00a0.\-\u2011]?\d){12,18}(?!\w|[.,/-]\d)")
_SHAPES = {
    "nik": {(16,), (4, 4, 4, 4), (6, 6, 4), (2, 2, 2, 6, 4), (2, 2, 2, 2, 2, 2, 4)},
    "npwp": {(2, 3, 3, 1, 3, 3), (4, 4, 4, 4), (3, 3, 3, 1, 3, 3)},
    "card": {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3)},
}
"""Sizes of the groups in which the digits are written."""

_ISSUERS: tuple[tuple[str, range, frozenset[int]], ...] = (
    ("Visa", range(4000, 5000), frozenset({13, 16, 19})),
    ("Mastercard", range(5100, 5600), frozenset({16})),
    ("Mastercard", range(2221, 2721), frozenset({16})),
    ("American Express", range(3400, 3500), frozenset({15})),
    ("American Express", range(3700, 3800), frozenset({15})),
    ("Diners", range(3000, 3060), frozenset({14})),
    ("Diners", range(3600, 3700), frozenset({14})),
    ("JCB", range(3528, 3590), frozenset({16, 17, 18, 19})),
    ("Discover", range(6011, 6012), frozenset({16, 19})),
    ("Discover", range(6440, 6600), frozenset({16, 19})),
    ("UnionPay", range(6200, 6300), frozenset({16, 17, 18, 19})),
    ("Maestro", range(5018, 5019), frozenset({16, 19})),
    ("Maestro", range(6304, 6305), frozenset({16, 19})),
)
"""Issuer, first four digits, lengths (ISO/IEC 7812 as the issuers use it)."""

_NEW_PROVINCES = {"91", "92", "93", "94", "95", "96", "97"}
"""The Papuas since 2022; stdnum's list is older."""


def _long_numbers(text: str) -> Iterator[Span]:
    for found in _LONG.finditer(text):
        kind = _kind_of(found[0], _words_before(text, found.start()))
        if kind:
            yield Span(*found.span(), kind)


def _kind_of(written: str, before: str) -> str:
    """Name the kind of a long number; empty if it is none."""
    groups = tuple(map(len, re.split(r"\D", written)))
    digits = re.sub(r"\D", "", written)
    taxed, bare = _TAX.search(before), len(groups) == 1
    if (groups == (2, 3, 3, 1, 3, 3) or (taxed and (bare or groups in _SHAPES["npwp"]))) and npwp.is_valid(digits):
        return "npwp"
    if _is_other_number(before) or _PHONE_WORDS.search(before):
        return ""
    person = groups in _SHAPES["nik"] and _is_nik(digits)
    paid = _CARD_WORDS.search(before)
    sized = groups in _SHAPES["card"] or (bare and (paid or len(digits) in (15, 16)))
    card = bool(sized) and _is_card(digits)
    if card and (paid or not bare) and not _IDENTITY.search(before):
        return "card"
    return "nik" if person else "card" if card else ""


def _is_nik(digits: str) -> bool:
    day = int(digits[6:8])
    # stdnum takes any day modulo 40, so 81 too.
    if not (0 < day <= 31 or 40 < day <= 71) or digits[2:6] == "0000" or digits.endswith("0000"):
        return False
    known = digits if digits[:2] not in _NEW_PROVINCES else "11" + digits[2:]
    return nik.is_valid(known)


def _is_card(digits: str) -> bool:
    opening = int(digits[:4])
    issued = any(opening in openings and len(digits) in lengths for _, openings, lengths in _ISSUERS)
    return issued and luhn.is_valid(digits) and len(set(digits)) > 1


# ---- bank accounts

_ACCOUNT = re.compile(r"(?<![\w.,/+:-])\d(?:[ .\-\u2011]?\d){7,15}(?!\w|[.,/:-]\d|\s?%)")
_OWNER = re.compile(r"\s*(?:\([A-Za-z .]{2,20}\)\s*)?(?:,\s*)?(?:a[./]?\s?n\.?|atas nama)\s+[A-Z]", re.IGNORECASE)
_AMOUNTS = re.compile(rf"{_any_of('amount')}|\$", re.IGNORECASE)
_COUNTED = re.compile(rf"\s*{_any_of('counted')}", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_ACCOUNT_WORDS = _words("account")


def _accounts(text: str) -> Iterator[Span]:
    for found in _ACCOUNT.finditer(text):
        before = _words_before(text, found.start())
        bank = _last(_BANK, before)
        owned = _OWNER.match(text, found.end()) is not None
        if (bank < 0 and not owned) or _AMOUNTS.search(before, max(0, bank)) or _COUNTED.match(text, found.end()):
            continue
        named = _ACCOUNT_WORDS.search(before) is not None or owned
        digits = sum(map(str.isdigit, found[0]))
        if _THOUSANDS.fullmatch(found[0]) and not named:
            continue
        if named or digits >= 9:
            yield Span(*found.span(), "account")


# ---- telephones

_PHONE = re.compile(
    r"(?:(?<![\w.,:/=+<-])|(?<=\d/)|(?<=wa\.me/))"
    r"(?:\(?\+\d|\(?0\d|\(?62)(?:[ \u00a0.\-\u2011\u2013()]{0,2}\d){6,14}"
    r"(?!\w|[.,:-]\d\d|/(?!0[2-9]|\+|\(0)\d)"
)
_NOBODYS = {
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
}
_CALL_CENTRE = re.compile(r"1500\d{3}|140\d{2}")


def _phones(text: str) -> Iterator[Span]:
    for found in _PHONE.finditer(text):
        before = _words_before(text, found.start())
        if _is_other_number(before):
            continue
        end = _end_of_phone(found[0], told=_PHONE_WORDS.search(before) is not None)
        if end and not _COUNTED.match(text, found.start() + end):
            in_brackets = found[0][0] == "(" and ")" not in found[0][:end]
            yield Span(found.start() + in_brackets, found.start() + end, "phone")


def _end_of_phone(written: str, told: bool) -> int:
    """Give the length of the longest opening of groups that is a telephone number; 0 if none is."""
    ends = [found.end() for found in re.finditer(r"\d+", written)]
    return next((end for end in reversed(ends) if _is_phone(written[:end], told)), 0)


def _is_phone(written: str, told: bool) -> bool:
    groups = re.findall(r"\d+", written)
    digits = "".join(groups)
    bare = len(groups) == 1
    if not 9 <= len(digits) <= 15 or (digits[0] == "0" and len(groups[0]) < 3):
        return False
    if any(len(group) < 3 for group in re.findall(r"[ \u00a0](\d+)", written)[1:]):
        return False
    if written[0] not in "+(0" and not digits.startswith("628"):
        return False
    if bare and digits[0] == "0" and digits[1] != "8" and not told:
        return False
    try:
        number = phonenumbers.parse(f"+{digits}" if digits.startswith("62") else written, "ID")
    except phonenumbers.NumberParseException:
        return False
    return (
        phonenumbers.is_valid_number(number)
        and phonenumbers.number_type(number) not in _NOBODYS
        and not _CALL_CENTRE.fullmatch(str(number.national_number)[2:])
    )


# ---- where people live

_PERIOD = (
    "(?:" + "|".join(rf"(?<=\b{short})" for short in ("Jl", "Jln", "Gg", "Kp", "No", "RT", "RW", "Perum")) + r")\."
)
_LIVES = re.compile(rf"{_any_of('lives')}(?!\s{_any_of('no_home')})", re.IGNORECASE)
_STREET = re.compile(_any_of("street"))
_HOUSE = (
    r"(?:(?:No(?:mor|mer)?\b\.?|Kav(?:ling)?\b\.?)\s?[A-Z]{0,2}[-.]?\d{1,4}(?:\s?[-/]\s?\d{1,4})?(?:\s?[A-Z])?\b"
    r"|Blok\s[A-Z]{1,2}\s?[-/.]?\s?\d{1,3}(?:\s?[-/]\s?\d{1,3})?(?:,?\s(?:No(?:mor)?\b\.?)\s?\d{1,4}\b)?"
    r"|RT\b\.?\s?\d{1,3}\b(?:[\s,/]*(?:dan\s)?(?:RW\b\.?\s?)?\d{1,3}\b)?"
    r"|RW\b\.?\s?\d{1,3}\b)"
)
_PART = r"(?:(?:[A-Z][\w'’-]*|\d+|(?:[A-Z]|Jl|Jln|Gg|Kp|Dr|Hj|Ir|Prof|St|Perum|Komp|Kel|Kec)\.)[ ,]{1,2}|di )"
_EXACT = re.compile(rf"{_PART}{{0,8}}?{_HOUSE}")
_MORE = re.compile(rf"[ ,/]{{1,3}}{_PART}{{0,5}}?{_HOUSE}")
_PLAIN_NUMBER = re.compile(
    r"(?:Jalan|Jln|Jl|Gang|Gg)\b\.?(?:\s[A-Z][\w'-]*){1,4}\s\d{1,3}[A-Z]?\b"
    r"(?!\s*(?:tahun|bulan|hari|pekan|minggu|jam|menit|orang|kilometer|km|meter|persen|keluarga|KK)\b|[.,:/-]\d)"
)
_TO_STREET = re.compile(rf"(?:[^\n.;!?<\d]|{_PERIOD}){{0,60}}?(?={_STREET.pattern})")
_PLACES, _PEOPLE = _words("place"), _words("people")


def _homes(text: str) -> Iterator[Span]:
    place = 0
    while lives := _LIVES.search(text, place):
        place = lives.end()
        street = _TO_STREET.match(text, place)
        if not street or not _is_home(text, lives):
            continue
        end = _end_of_home(text, street.end())
        if end:
            place = end
            yield Span(street.end(), end, "address")


def _end_of_home(text: str, start: int) -> int:
    """Give the end of the house number, block and RT/RW that a street goes on with; 0 without any."""
    exact = _EXACT.match(text, start)
    if not exact:
        plain = _PLAIN_NUMBER.match(text, start)
        return plain.end() if plain else 0
    end = exact.end()
    while more := _MORE.match(text, end):
        end = more.end()
    return end


def _is_home(text: str, lives: re.Match[str]) -> bool:
    """Say whether it is a person who lives there: of an office and a person, the nearer one counts."""
    if not lives[0].lower().startswith(("beralamat", "alamat")):
        return True
    before = re.split(r"[.!?\n]\s", text[max(0, lives.start() - 120) : lives.start()])[-1]
    return _last(_PLACES, before) <= _last(_PEOPLE, before)


_MANY_DIGITS = re.compile(r"\d(?:[ \u00a0.\-\u2011\u2013()]{0,2}\d){7}")
_FOUR_PARTS = re.compile(r"\d\.\d{1,3}\.\d{1,3}\.\d|[0-9A-Fa-f]:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:")
_HOUSE_SEEMS = re.compile(r"\b(?:Jalan|Jln|Jl|Gang|Gg|RT|Blok|No|Nomor)\b")

Finder = Callable[[str], Iterator[Span]]

_FINDERS: tuple[tuple[Callable[[str], object], Finder], ...] = (
    (lambda text: "@" in text or _SEEMS_HIDDEN.search(text), _emails),
    (_FOUR_PARTS.search, _addresses_on_the_net),
    (_MANY_DIGITS.search, _long_numbers),
    (_MANY_DIGITS.search, _accounts),
    (_MANY_DIGITS.search, _phones),
    (_HOUSE_SEEMS.search, _homes),
)
"""What is dear is only asked of a text that seems to hold such a thing; the surer kind goes first."""
