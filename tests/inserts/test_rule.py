import pytest

from crawler.outlets import BadInput
from curation.inserts.rule import Rule, compile_rule, loosened
from curation.inserts.rules import rule_set

VALUES = {"outlet": "(?i:Kabar Rimba)"}
RULE = {
    "code": "ZZ01",
    "name": "trial.rule",
    "why": "It is tried.",
    "match": "Baca: (?P<title>.+)",
    "scope": "line",
    "cut": ["Baca: Panen"],
    "keep": ["Panen"],
}


def rule(**changes: object) -> Rule:
    return Rule.model_validate({**RULE, **changes})


def test_a_pattern_is_case_sensitive_unless_it_says_otherwise() -> None:
    assert compile_rule(rule(), VALUES).pattern.fullmatch("baca: Panen") is None
    assert compile_rule(rule(match="(?i)Baca: (?P<title>.+)"), VALUES).pattern.fullmatch("baca: Panen")


def test_a_label_ends_at_the_end_of_a_line() -> None:
    pattern = compile_rule(rule(match="Topik:\n(?P<editor>.+)", scope="label"), VALUES).pattern
    found = pattern.match("Topik:\nRatna Pelangi\nBerita lain")
    assert found is not None
    assert found["editor"] == "Ratna Pelangi"
    assert compile_rule(rule(match="Topik", scope="label"), VALUES).pattern.match("Topik malam ini") is None


def test_a_loosened_pattern_has_no_names_and_finds_as_much() -> None:
    pattern = compile_rule(rule(match="(?P<author>[A-Z]+) Foto (?P=author)"), VALUES)
    assert "?P" not in loosened(pattern.pattern)


def test_a_line_without_what_a_rule_needs_is_passed_over() -> None:
    alone = rule_set([compile_rule(rule(needs=["simak"]), VALUES)])
    assert list(alone.taking(["Baca: Panen"], 0)) == []
    assert [one.code for one, _ in alone.taking(["Baca: Simak ini"], 0)] == ["ZZ01"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"match": "Baca ("}, "key match: this is not a regular expression"),
        ({"match": "Baca (juga)"}, "key match: a group has no name"),
        ({"match": "Baca (?P<colour>.+)"}, "key match: 'colour' is no fact; the facts are author,"),
        ({"match": "Baca {colours}"}, r"there is no list of words named \{colours\}"),
        ({"match": "Baca (?P<headline>.+)"}, "key headline: it says what the group headline"),
        ({"headline": "any"}, "key headline: it says what the group headline"),
        ({"items": "tags"}, "key items: only a label has items"),
        ({"items": "colour", "scope": "label"}, "'colour' is no fact"),
        ({"needs": ["Baca"]}, "key needs: write it in small letters"),
        ({"needs": ["baca"], "scope": "label"}, "not for a label or a rest"),
        ({"not_near": "("}, "key not_near: this is not a regular expression"),
    ],
)
def test_a_rule_that_cannot_be_is_named_by_its_key(changes: dict[str, object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        compile_rule(rule(**changes), VALUES)
