import shutil
from pathlib import Path

import pytest

from crawler.outlets import BadInput, Outlets, Profile, load_outlets
from curation.inserts import load, load_rules, rules_digest
from curation.inserts.load import languages_known, read_families, read_language
from curation.inserts.rule import Example, Rule
from curation.inserts.words import Words
from tests.inserts.story import OUTLETS, RIMBA, stripped

FAMILY = """
about = "Tried."

[[rules]]
code = "ZZ01"
name = "trial.read"
why = "It is tried."
match = 'Baca: (?P<title>.+)'
scope = "line"
cut = [{ text = "Baca: Panen raya", facts = { title = ["Panen raya"] } }]
keep = ["Ia membaca: panen raya."]
"""


OWN = {
    "code": "RB01",
    "name": "rimba.motto",
    "why": "The motto stands below every story.",
    "match": "Dari desa untuk {outlet}",
    "scope": "line",
    "cut": ["Dari desa untuk Kabar Rimba"],
    "keep": ["Dari desa untuk kota."],
}


def family(folder: Path, *replaced: tuple[str, str], name: str = "trial.toml", text: str = FAMILY) -> Path:
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def all_rules() -> list[Rule]:
    return [
        rule
        for language in languages_known()
        for family in read_language(language)[0].values()
        for rule in family.rules
    ]


def test_a_family_whose_examples_hold_loads(tmp_path: Path) -> None:
    (loaded,) = read_families(family(tmp_path), Words()).values()
    assert [rule.code for rule in loaded.rules] == ["ZZ01"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'text = "Baca: Panen raya"',
            'text = "Simak: Panen raya"',
            "rule ZZ01: key cut.0: of 'Simak: Panen raya' there",
        ),
        ('["Panen raya"]', '["Panen"]', r"rule ZZ01: key cut.0: 'Baca: Panen raya' tells title \('Panen raya',\), not"),
        ('keep = ["Ia membaca', 'keep = ["Baca', "rule ZZ01: key keep.0: of 'Baca: panen raya.' only '' stays"),
        ("(?P<title>.+)", "(?P<title>.+", "rule ZZ01: key match: this is not a regular expression"),
        ('scope = "line"', 'scope = "page"', "key rules.0.scope: "),
        ('scope = "line"', 'scope = "line"\nplaec = "foot"', "key rules.0.plaec: there is no such key"),
        ('why = "It is tried."', "", "key rules.0.why: this key is required"),
        ('keep = ["Ia membaca: panen raya."]', "keep = []", "key rules.0.keep: "),
        ('code = "ZZ01"', 'code = "read"', "key rules.0.code: "),
        ("about", "about =", "this is not valid TOML"),
    ],
)
def test_a_family_that_is_wrong_does_not_load(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(BadInput, match=message) as fault:
        read_families(family(tmp_path, (old, new)), Words())
    assert str(tmp_path / "trial.toml") in str(fault.value)


def test_two_rules_of_one_code_do_not_load(tmp_path: Path) -> None:
    family(tmp_path, name="first.toml")
    with pytest.raises(BadInput, match=r"trial.toml: rule ZZ01 stands in first.toml too"):
        read_families(family(tmp_path), Words())


def test_each_code_and_name_is_given_once_across_languages() -> None:
    rules = all_rules()
    assert len({rule.code for rule in rules}) == len(rules)
    assert len({(rule.code[:-2], rule.name) for rule in rules}) == len(rules)


def test_what_one_rule_keeps_no_other_takes() -> None:
    rules = load_rules("", RIMBA, OUTLETS)
    lost = [(rule.code, text) for rule in all_rules() for text in rule.keep if _codes(text, rules) - {rule.code}]
    assert lost == []


def test_what_one_rule_takes_goes_in_the_company_of_all() -> None:
    for language in languages_known():
        rules = load_rules(language if language != "any" else "id", RIMBA, OUTLETS)
        for loaded in read_language(language)[0].values():
            for rule in loaded.rules:
                for example in rule.cut:
                    wanted = example if isinstance(example, Example) else Example(text=example)
                    left = stripped(wanted.text, rules, headlines=wanted.headlines).text
                    assert left == stripped(wanted.left, rules).text or not left, (rule.code, wanted.text)


def _codes(text: str, rules: load.Rules) -> set[str]:
    return {cut.code for cut in stripped(text, rules).cuts}


@pytest.mark.parametrize("outlet", sorted(load_outlets().by_id))
def test_every_outlet_s_own_rules_load(outlet: str) -> None:
    outlets = load_outlets()
    assert load_rules("id", outlets.by_id[outlet], outlets).anywhere.of_line


def test_rules_are_made_ready_once_for_an_outlet() -> None:
    assert load_rules("id", RIMBA, OUTLETS) is load_rules("id", RIMBA, OUTLETS)
    assert load_rules("id", RIMBA, OUTLETS) is not load_rules("id", None, OUTLETS)
    twin = RIMBA.model_copy(update={"name": "Kabar Lain"})
    assert load_rules("id", twin, OUTLETS) is not load_rules("id", RIMBA, OUTLETS)


def test_what_is_the_same_for_all_outlets_is_compiled_once() -> None:
    own = {**OWN, "match": "Dari desa untuk kota kita", "cut": ["Dari desa untuk kota kita"]}
    one = load_rules("id", RIMBA, OUTLETS).anywhere
    other = load_rules("id", RIMBA.model_copy(update={"rules": (own,)}), OUTLETS).anywhere
    assert other.any_of_line[0] is one.any_of_line[0]
    assert [rule.code for rule in other.of_line if rule not in one.of_line] == ["RB01"]


def test_the_language_of_the_page_and_of_the_outlet_hold() -> None:
    english = load_rules("en", None, OUTLETS)
    assert stripped("READ MORE: Harbour Town Opens Its First Market", english).text == ""
    assert stripped("Baca Juga: Pasar Malam Kembali Dibuka", english).text != ""
    assert stripped("Baca Juga: Pasar Malam Kembali Dibuka", load_rules("en", RIMBA, OUTLETS)).text == ""
    assert stripped("Baca Juga: Pasar Malam Kembali Dibuka", load_rules("jv", None, OUTLETS)).text == ""
    assert stripped("BACA LAGI: Penduduk Kampung Hulu Tanam Pokok", load_rules("ms", None, OUTLETS)).text == ""


def test_own_rules_and_shapes_of_a_profile() -> None:
    profile = RIMBA.model_copy(update={"rules": (OWN,), "shapes": ("bare-headline",)})
    rules = load_rules("id", profile, OUTLETS)
    assert _codes("Dari desa untuk Kabar Rimba", rules) == {"RB01"}
    assert rules.shapes == {"bare-headline"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"shapes": ("bare-headlines",)}, "outlet rimba: key shapes: there is no shape 'bare-headlines'"),
        ({"rules": ({"code": "RB01"},)}, r"outlet rimba: key rules.0: key name: this key is required"),
    ],
)
def test_a_profile_with_wrong_rules_is_named(changes: dict[str, object], message: str) -> None:
    profile: Profile = RIMBA.model_copy(update=changes)
    with pytest.raises(BadInput, match=message):
        load_rules("id", profile, Outlets(by_id={"rimba": profile}, platform_layouts=()))


def test_the_digest_follows_rules_and_profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rules_digest()
    assert before == rules_digest()
    copy = tmp_path / "inserts"
    shutil.copytree(load.FAMILIES, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.setattr(load, "FAMILIES", copy)
    assert rules_digest() == before
    family(copy / "id")
    with_rule = rules_digest()
    assert with_rule != before
    assert rules_digest(family(tmp_path / "inserts" / "en")) != with_rule
