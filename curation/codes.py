"""The names of all codes that a cut can carry."""

from functools import cache

from crawler.outlets import Outlets, read_toml
from curation.html.structure import structures
from curation.inserts.load import FAMILIES, Family
from curation.inserts.shapes import SHAPES


def cut_names(outlets: Outlets) -> dict[str, str]:
    """Name every code: what structure takes, the rules of all languages and outlets, the shapes."""
    names = {structure.code: structure.name for structure in structures().values()}
    names |= _family_names()
    names |= {shape.code: shape.name for shape in SHAPES}
    return names | {rule["code"]: rule["name"] for profile in outlets.by_id.values() for rule in profile.rules}


@cache
def _family_names() -> dict[str, str]:
    families = (read_toml(path, Family) for path in FAMILIES.glob("*/*.toml") if path.name != "words.toml")
    return {rule.code: rule.name for family in families for rule in family.rules}
