"""A release as one HTML file that asks the network for nothing."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from crawler.outlets import load_outlets
from curation.codes import cut_names
from curation.coverage import read_coverage
from curation.health import check_release
from curation.report.charts import Chart
from curation.report.facts import Facts, gather
from curation.report.sample import BYTES, browser_data, sample
from curation.report.sections import LONGEST, MOST_ROWS, Told, bar, count, make_sections, percent
from curation.show.visible import visible

NAME = "report.html"
_HOME = Path(__file__).parent
_JSON_IN_HTML = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
"""What could end a script element, open a comment in it, or end a line of JavaScript (HTML standard, 4.12.1.3)."""


def render_report(
    release: Path,
    manifest: Mapping[str, Any],
    crawls: Iterable[Path] = (),
    before: Path | None = None,
    limit: int = BYTES,
) -> str:
    """Write the report of a release folder; the same input has the same bytes.

    `crawls` are manifests of crawls that it was made from, `before` is the release to hold its outlets against, and
    `limit` bounds the bytes of the documents that one can open. All text of the web is escaped, and characters that
    steer are written as their codes. The content security policy (W3C CSP 3) lets in nothing but the page's own style
    and script, by their digests.
    """
    facts = gather(release)
    names = cut_names(load_outlets())
    profile = str(manifest.get("config", {}).get("quality", {}).get("profile", ""))
    told = Told(facts, read_coverage(release, crawls), check_release(release, before), names, profile)
    documents = sample(release, limit)
    style, script = (_HOME.joinpath(name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    return _environment().get_template("page.html").render(
        version=manifest["version"],
        policy=(
            f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
            "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
        ),
        style=Markup(style),
        script=Markup(script),
        data=_as_json(browser_data(documents, names)),
        sections=make_sections(told),
        keys=_keys(facts, told),
        whole=len(documents) == facts.documents,
        sampled=len(documents),
        documents=facts.documents,
        most_rows=MOST_ROWS,
        longest=LONGEST,
    )  # fmt: skip


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HOME),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.filters |= {"count": count, "percent": percent, "prose": _prose}
    environment.globals["bar"] = bar
    environment.tests["chart"] = lambda part: isinstance(part, Chart)
    return environment


def _keys(facts: Facts, told: Told) -> list[tuple[str, str]]:
    """Choose the numbers that stand at the head of the page."""
    words = sum(length * number for (_, length), number in facts.words.items())
    taken = sum(rule.characters for rule in facts.rules.values())
    return [
        (count(facts.documents), "documents"),
        (count(words), "words"),
        (count(len(told.outlets)), "outlets"),
        (count(facts.pages), "pages read"),
        (percent(taken / max(1, taken + facts.characters)), "of the text cut"),
        (count(sum(hop.stories for hop in facts.clusters.hops)), "copies joined"),
    ]


def _prose(text: str) -> Markup:
    """Set what stands in backticks as code."""
    parts = visible(text).split("`")
    pieces = (Markup("<code>{}</code>" if number % 2 else "{}").format(part) for number, part in enumerate(parts))
    return Markup("").join(pieces)


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _as_json(data: object) -> Markup:
    return Markup(json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_JSON_IN_HTML))
