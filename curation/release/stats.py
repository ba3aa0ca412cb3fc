"""Numbers of a release, by outlet, month, language, reject code and rule."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from curation.records import Document, Reject
from curation.release.read import ask, table_files
from curation.schema import arrow_schema

Rows = list[dict[str, Any]]

_OF_DOCUMENTS = """
    count(*) AS documents, sum(n_words)::BIGINT AS words, median(n_words)::BIGINT AS median_words,
    sum(len(copies))::BIGINT AS copies, sum(len(cuts))::BIGINT AS cuts,
    coalesce(sum(list_sum([mask['count'] FOR mask IN masks])), 0)::BIGINT AS masks
"""
QUESTIONS: Mapping[str, tuple[str, str]] = {
    "outlet": ("documents", f"SELECT outlet, {_OF_DOCUMENTS} FROM rows GROUP BY ALL ORDER BY documents DESC, outlet"),
    "month": (
        "documents",
        f"SELECT coalesce(strftime(published_at, '%Y-%m'), 'undated') AS month, {_OF_DOCUMENTS}"
        " FROM rows GROUP BY ALL ORDER BY month",
    ),
    "language": (
        "documents",
        f"SELECT language, {_OF_DOCUMENTS} FROM rows GROUP BY ALL ORDER BY documents DESC, language",
    ),
    "reuse": ("documents", f"SELECT reuse, {_OF_DOCUMENTS} FROM rows GROUP BY ALL ORDER BY documents DESC, reuse"),
    "split": (
        "documents",
        f"SELECT split, time_split, {_OF_DOCUMENTS} FROM rows GROUP BY ALL ORDER BY split, time_split",
    ),
    "rule": (
        "documents",
        "SELECT cut.code AS rule, count(*) AS cuts, count(DISTINCT id) AS documents, count(DISTINCT outlet) AS outlets,"
        " sum(length(cut.text))::BIGINT AS characters"
        " FROM (SELECT id, outlet, unnest(cuts) AS cut FROM rows) GROUP BY ALL ORDER BY cuts DESC, rule",
    ),
    "code": (
        "rejects",
        "SELECT code, stage, count(*) AS rejects, count(DISTINCT outlet) AS outlets"
        " FROM rows GROUP BY ALL ORDER BY rejects DESC, code",
    ),
}
"""What is counted → the table it is counted in, and the question in SQL."""
_RECORDS: Mapping[str, type] = {"documents": Document, "rejects": Reject}


def stats(release: Path) -> dict[str, Rows]:
    """Count a release in every way of `QUESTIONS`."""
    return {name: count_by(release, name) for name in QUESTIONS}


def count_by(release: Path, name: str) -> Rows:
    """Count a release in one way of `QUESTIONS`."""
    table, sql = QUESTIONS[name]
    answer = ask(table_files(release, table), arrow_schema(_RECORDS[table]), sql)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.fetchall()]
