"""Inserts: what stands in a story's text and is not the story, cut by rules that are data."""

from curation.inserts.catalogue import render_rules
from curation.inserts.cuts import apply, line_cuts, merge, undo
from curation.inserts.load import load_rules, rules_digest
from curation.inserts.normal import headline_key, normal_text
from curation.inserts.rules import Rules
from curation.inserts.strip import Stripped, strip

__all__ = [
    "Rules",
    "Stripped",
    "apply",
    "headline_key",
    "line_cuts",
    "load_rules",
    "merge",
    "normal_text",
    "render_rules",
    "rules_digest",
    "strip",
    "undo",
]
