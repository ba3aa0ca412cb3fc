"""What card and Croissant both say of a release, in one wording."""

from collections.abc import Mapping
from typing import Any

USES = (
    "training and evaluation of language models for Indonesian and its neighbours",
    "media research: who ran which story, when, and from whom",
    "search and retrieval over news",
)
LIMITS = (
    "The texts belong to their outlets; this release records what each site says of reuse and licenses nothing.",
    "Outlets are chosen, not sampled: nothing here is representative of Indonesian, or of news.",
    "A story may be wrong, outdated or corrected later; versions are named, not merged.",
    "Contact data are masked by rules, which miss some and take some that are none.",
)


def name_of(manifest: Mapping[str, Any]) -> str:
    """Title of the release."""
    return f"{manifest['config']['release']['name']} {manifest['version']}"


def how_texts_were_made(manifest: Mapping[str, Any]) -> str:
    """Say in three sentences what the release is."""
    counts = manifest["counts"]
    return (
        f"{counts['documents']:,} news articles of {len(counts['documents_by_outlet'])} outlets, one row a story, "
        "each with its text without site chrome, what was cut and by which rule, its copies elsewhere, what the site "
        "says about reuse, and the place of its page in a WARC archive. "
        f"{counts['rejects']:,} rows did not come through; a second table has each with its reason. "
        f"Made by saring {manifest['pipeline_version']}."
    )


def licence_of(manifest: Mapping[str, Any]) -> str:
    """Address of the licence, or a name that says that there is none."""
    return manifest["config"]["release"]["licence"] or "https://choosealicense.com/no-permission/"


def covered_days(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """First and last month of publication as days, ISO 8601; none where nothing is dated."""
    months = [month for month in manifest["counts"]["documents_by_month"] if month != "undated"]
    return (f"{months[0]}-01", f"{months[-1]}-01") if months else ()
