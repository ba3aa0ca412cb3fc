"""Rule files to rules: read, held to their examples, made ready for an outlet."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from pydantic import ValidationError

from crawler.outlets import PROFILES, ZONES, BadInput, Outlets, Profile, read_toml
from crawler.outlets.bad_input import explain
from crawler.outlets.profile import Strict
from curation.inserts.examples import check_rule
from curation.inserts.forms import forms_of
from curation.inserts.rule import CompiledRule, Rule, compile_rule
from curation.inserts.rules import Rules, rule_set
from curation.inserts.shapes import SHAPES
from curation.inserts.words import Words, alternation, placeholders, read_words

FAMILIES = Path(__file__).parent
ANY_LANGUAGE = "any"
WORDS_FILE = "words.toml"
# The outlet of the examples in the families, wherever a rule says {outlet}.
EXAMPLE_OUTLET = ("Kabar Rimba", "KabarRimba.com")


class Family(Strict):
    """A file of rules."""

    about: str
    """What these inserts are."""
    rules: tuple[Rule, ...]


def load_rules(language: str, profile: Profile | None, outlets: Outlets) -> Rules:
    """Make the rules ready for a text in a language, of an outlet or of one that is not known.

    The families of the language hold, and of the profile's; those of every language where there are none of either.
    `{outlet}` stands for the names of the profile, or of all outlets. Cached for the same objects. Raises BadInput,
    naming file, rule and example, for a rule that does not do what its examples say.
    """
    return _load(language, _Same(profile), _Same(outlets))


def languages_known() -> tuple[str, ...]:
    """Name the folders of rules, that of any language first."""
    names = {path.parent.name for path in FAMILIES.glob("*/*.toml")}
    return (ANY_LANGUAGE, *sorted(names - {ANY_LANGUAGE}))


@cache
def read_language(language: str) -> tuple[dict[Path, Family], Words]:
    """Read the families of one language folder, and its words with those of any language."""
    words = read_words(FAMILIES / name for name in dict.fromkeys((ANY_LANGUAGE, language)))
    return read_families(FAMILIES / language, words), words


def read_families(folder: Path, words: Words) -> dict[Path, Family]:
    """Read all rule files of a folder and hold each rule to its examples.

    Raises BadInput for the first fault, a code that two rules share among them.
    """
    paths = sorted(path for path in folder.glob("*.toml") if path.name != WORDS_FILE)
    families = {path: read_toml(path, Family) for path in paths}
    seen: dict[str, Path] = {}
    for path, family in families.items():
        for rule in family.rules:
            if rule.code in seen:
                raise BadInput(f"{path}: rule {rule.code} stands in {seen[rule.code].name} too; give it another code.")
            seen[rule.code] = path
        check_rules(family.rules, words, EXAMPLE_OUTLET, str(path))
    return families


def check_rules(rules: Iterable[Rule], words: Words, names: tuple[str, ...], where: str) -> None:
    """Hold rules to their examples; raises BadInput naming `where`, the rule and the example."""
    for rule in rules:
        compiled = next(_compiled((rule,), words, names, names, where))
        check_rule(rule, _rules([compiled], words, names, None), where)


def rules_digest(profiles: Path = PROFILES) -> str:
    """Digest every rule file and every profile: the SHA-256 over their names and bytes, 16 hex digits."""
    digest = hashlib.sha256()
    for folder in (FAMILIES, profiles):
        for path in sorted(folder.rglob("*.toml")):
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@dataclass(frozen=True, eq=False)
class _Same:
    """A key that is equal for the same object only: profiles and outlets hold dicts and have no hash."""

    value: Profile | Outlets | None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


@lru_cache(maxsize=256)
def _load(language: str, same_profile: _Same, same_outlets: _Same) -> Rules:
    profile, outlets = same_profile.value, same_outlets.value
    assert isinstance(outlets, Outlets)
    assert not isinstance(profile, Outlets)
    languages = _languages(language, profile)
    all_names = tuple(name for known in outlets.by_id.values() for name in _names_of(known))
    names = _names_of(profile) if profile else all_names
    words = read_words(FAMILIES / name for name in languages)
    compiled: list[CompiledRule] = []
    if profile:
        own = tuple(_own_rules(profile))
        check_rules(own, words, names, f"outlet {profile.id}")
        ready = _compiled(own, words, names, all_names, f"outlet {profile.id}")
        compiled += (replace(rule, of_outlet=True) for rule in ready)
    for families, their_words in map(read_language, languages):
        rules = (rule for family in families.values() for rule in family.rules if profile or not rule.known_outlet)
        compiled += _compiled(rules, their_words, names, all_names, "")
    return _rules(compiled, words, names, profile)


def _languages(language: str, profile: Profile | None) -> tuple[str, ...]:
    _, *known = languages_known()
    wanted = (language, profile.language if profile else "")
    return (ANY_LANGUAGE, *([name for name in known if name in wanted] or known))


def _names_of(profile: Profile) -> tuple[str, ...]:
    hosts = (host.removeprefix("*.").removeprefix("www.") for host in profile.hosts)
    return tuple(dict.fromkeys((*profile.names, *hosts)))


def _own_rules(profile: Profile) -> Iterator[Rule]:
    known = sorted(shape.name for shape in SHAPES if shape.by_profile)
    for name in set(profile.shapes) - set(known):
        raise BadInput(f"outlet {profile.id}: key shapes: there is no shape {name!r}; there is {', '.join(known)}.")
    for number, table in enumerate(profile.rules):
        try:
            yield Rule.model_validate(table)
        except ValidationError as error:
            raise BadInput(f"outlet {profile.id}: key rules.{number}: {explain(error)}") from error


def _compiled(
    rules: Iterable[Rule], words: Words, names: tuple[str, ...], all_names: tuple[str, ...], where: str
) -> Iterator[CompiledRule]:
    values = placeholders(words, names, all_names)
    for rule in rules:
        try:
            yield compile_rule(rule, values)
        except BadInput as error:
            raise BadInput(f"{where}: rule {rule.code}: {error}.") from error


def _rules(compiled: list[CompiledRule], words: Words, names: Iterable[str], profile: Profile | None) -> Rules:
    return Rules(
        anywhere=rule_set(rule for rule in compiled if rule.place == "any"),
        at_edges=rule_set(rule for rule in compiled if rule.place != "any"),
        shapes=frozenset(profile.shapes if profile else ()),
        forms=forms_of(words),
        months=words.months,
        name_joint=re.compile(rf"\s*[/;]\s*|\s+{alternation(words.joiners)}\s+"),
        site_suffix=re.compile(rf"\s+[-–—|]\s+(?i:{alternation(names)})$"),
        zone=ZONES[profile.zone if profile else "WIB"],
    )
