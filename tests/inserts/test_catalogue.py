from curation.inserts import render_rules
from curation.inserts.load import languages_known, read_language
from curation.inserts.shapes import SHAPES


def test_every_rule_has_its_row_with_examples() -> None:
    page = render_rules()
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    for language in languages_known():
        for family in read_language(language)[0].values():
            for rule in family.rules:
                (row,) = (row for row in rows if row.startswith(f"| {rule.code} |"))
                assert rule.name in row
                assert rule.why in row
    assert all(any(row.startswith(f"| {shape.code} |") for row in rows) for shape in SHAPES)


def test_a_row_is_one_line_of_five_cells() -> None:
    rows = [line for line in render_rules().splitlines() if line.startswith("|")]
    assert {row.replace("\\|", "").count("|") for row in rows} == {6}
