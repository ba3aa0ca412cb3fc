"""What is on record about the reuse of a row, what it comes to, and whether a policy lets the row be published."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import Literal

from pydantic import TypeAdapter

from crawler.rights import Statement, header_statements, notice_statement, reuse_of
from curation.records import Article, Page, Right

Policy = Literal["respect", "record-only", "open-only"]
_LONGEST_DETAIL = 200
_MEANINGS: dict[str, Literal["reserved", "open", ""]] = {"reserved": "reserved", "open": "open", "": ""}


def rights_of_page(page: Page, on_page: Iterable[Statement]) -> tuple[Right, ...]:
    """Put on record what the crawl noted of the site's files, what the response's headers say, and what the page says.

    Raises ValueError where a note cannot be read, so that a reservation is never lost in silence.
    """
    read_note = _notes().validate_json
    noted = [read_note(value) for name, value in page.notes if name == "right"]
    said = [
        Right(one.signal, one.value, one.meaning, one.said_by, page.fetched_at, page.capture.digest)
        for one in (*header_statements(page.headers), *on_page)
    ]
    return tuple(dict.fromkeys((*noted, *said)))


def with_notice(article: Article) -> Article:
    """Put on record the notice that the story prints, and say what all rights come to."""
    said = notice_statement(article.rights_notice)
    rights = article.rights
    if said is not None:
        digest = article.capture.digest if article.capture else ""
        rights += (Right(said.signal, said.value, said.meaning, said.said_by, article.fetched_at, digest),)
    return replace(article, rights=rights, reuse=reuse(rights))


def reuse(rights: Iterable[Right]) -> str:
    """Say what rights come to: `reserved`, `open` or `unstated`."""
    return reuse_of(Statement(one.signal, one.value, _MEANINGS[one.meaning], one.said_by) for one in rights)


def kept_out(rights: Sequence[Right], policy: Policy) -> tuple[str, str]:
    """Say by code and detail why a policy keeps a row out; empty if it may be published."""
    verdict = reuse(rights)
    if policy == "record-only" or verdict == "open" or (policy == "respect" and verdict == "unstated"):
        return "", ""
    if verdict == "unstated":
        return "rights.not-open", ""
    reserving = [one for one in rights if one.meaning == "reserved"]
    others = [one for one in rights if one.meaning != "reserved"]
    # A reservation that a nearer statement supersedes does not keep the row out.
    said = next(one for one in reserving if reuse((one, *others)) == "reserved")
    return "rights.reserved", f"{said.signal} ({said.said_by}): {said.value}"[:_LONGEST_DETAIL]


@cache
def _notes() -> TypeAdapter[Right]:
    return TypeAdapter(Right)
