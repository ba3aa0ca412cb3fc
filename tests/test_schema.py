import datetime as dt
from dataclasses import fields

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from curation.records import Article, Capture, Copy, Cut, Decision, Document, Reject
from curation.schema import arrow_schema, field_notes, records_of, table_of

WIB = dt.timezone(dt.timedelta(hours=7))
texts = st.text(st.characters(codec="utf-8"), max_size=20)
times = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(WIB))
articles = st.builds(
    Article,
    **{field.name: texts for field in fields(Article) if field.type in (str, "str")},
    authors=st.lists(texts, max_size=2).map(tuple),
    tags=st.lists(texts, max_size=2).map(tuple),
    published_at=st.none() | times,
    modified_at=st.none() | times,
    fetched_at=st.none() | times,
    language_score=st.floats(0, 1),
    n_words=st.integers(0, 10**6),
    cuts=st.lists(st.builds(Cut, texts, st.integers(0, 99), texts), max_size=2).map(tuple),
    capture=st.none() | st.builds(Capture, texts, st.integers(0, 9), st.integers(0, 9), texts, st.just(200), texts),
)


@given(st.lists(articles, max_size=3))
def test_records_survive_the_table(rows: list[Article]) -> None:
    table = table_of(Article, rows)
    assert table.schema.equals(arrow_schema(Article), check_metadata=True)
    assert records_of(Article, table) == rows


def test_nested_records_survive_the_table() -> None:
    copies = (
        Copy("a", "http://a.example/1", "a", dt.datetime(2026, 10, 3, 8, tzinfo=WIB), 0.9, "near"),
        Copy("", "", "", None, 1.0, "exact"),
    )
    rows = [Decision("", "0" * 16, None, copies), Decision("duplicate.near", "1" * 16, 0.8, ())]
    assert records_of(Decision, table_of(Decision, rows)) == rows


def test_times_are_instants_in_utc() -> None:
    assert arrow_schema(Document).field("published_at").type == pa.timestamp("us", tz="UTC")


def test_each_column_says_what_it_means() -> None:
    for record in (Article, Document, Reject, Cut, Copy, Capture):
        assert set(field_notes(record)) == {field.name for field in fields(record)}
        assert all(note.endswith(".") for note in field_notes(record).values())
        assert all(field.metadata[b"description"] for field in arrow_schema(record))


def test_a_document_is_an_article_and_what_made_it() -> None:
    article, document = ({field.name: field.type for field in fields(kind)} for kind in (Article, Document))
    assert {**document, **article} == document
    assert set(document) - set(article) == {
        "cluster_id", "cluster_size", "copies", "versions", "split", "time_split", "rules_digest", "pipeline_version",
    }  # fmt: skip
