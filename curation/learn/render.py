"""A draft as the TOML of a profile, with what speaks for each value in comments."""

import json
from collections.abc import Iterable

from curation.learn.draft import FIELDS, Draft, DraftLayout, Evidence, layout_ids

_LONGEST_SAMPLE = 70


def render_profile(draft: Draft) -> str:
    """Write a draft as TOML that loads as a Profile and that a person can correct; the same draft, the same bytes."""
    lines = [
        f"# Drafted from {draft.n_stories} stories among {draft.n_pages} archived pages. Read it against some of them:",
        "# a comment says on how many pages a value finds what it should, and what it finds on one.",
        f"id = {_text(draft.id)}",
        f"name = {_text(draft.name)}",
        *([f"aliases = {_texts(draft.aliases)}"] if draft.aliases else []),
        f"home = {_text(draft.home)}",
        f"hosts = {_texts(draft.hosts)}",
        *([f"zone = {_text(draft.zone)}"] if draft.zone != "WIB" else []),
        *([f"language = {_text(draft.language)}"] if draft.language != "id" else []),
        "",
        *_addresses(draft),
    ]
    for layout, name in zip(draft.layouts, layout_ids(draft), strict=True):
        lines += ["", *_layout(layout, name)]
    if draft.unlike:
        lines += ["", "# Built like too few others to learn from:", *(f"# {_comment(url)}" for url in draft.unlike)]
    return "\n".join(lines) + "\n"


def _addresses(draft: Draft) -> list[str]:
    lines = ["[addresses]", *_list("article", draft.article)]
    lines += _list("not_article", draft.not_article) if draft.not_article else []
    return lines + ([f"keep_query = {_texts(draft.keep_query)}"] if draft.keep_query else [])


def _layout(layout: DraftLayout, name: str) -> list[str]:
    days = f", stories of {layout.first} to {layout.last}" if layout.first else ""
    lines = ["[[layouts]]", f"# {layout.n_pages} pages{days}", f"id = {_text(name)}"]
    lines += _list("marks", layout.marks) if layout.marks else []
    lines += _list("body", [layout.body])
    lines += _list("drop", layout.drop) if layout.drop else []
    if layout.openings:
        lines.append("# Lines that open alike and have no element of their own; where no general rule takes them:")
        lines += [f"#     {_evidence(one)}" for one in layout.openings]
    for key in FIELDS:
        found = layout.fields.get(key)
        lines += _list(key, [found]) if found else [f"# {key}: nothing was found that is right on most pages"]
    return lines


def _list(key: str, found: Iterable[Evidence]) -> list[str]:
    return [f"{key} = [", *(f"    {_text(one.value)},  # {_evidence(one)}" for one in found), "]"]


def _evidence(one: Evidence) -> str:
    return f"{one.pages} of {one.of}: {_comment(one.sample)}"


def _comment(text: str) -> str:
    plain = "".join(character if character.isprintable() else " " for character in text)
    return plain if len(plain) <= _LONGEST_SAMPLE else f"{plain[:_LONGEST_SAMPLE].rstrip()}…"


def _text(value: str) -> str:
    if "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"
