"""Contact data masked in an article, with its cuts still in their places."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from curation.inserts.cuts import apply, undo
from curation.records import Article, Cut, Mask
from curation.text.personal import KINDS, Span, find_personal, mask_personal, replaced


def mask_article(article: Article, kinds: Collection[str]) -> Article:
    """Mask contact data in title, summary, text and cuts, and in what the article says of its makers and its reuse.

    `masks` counts those in title, summary, text and cuts. `apply(undo(text, cuts), cuts) == text` holds as before: the
    text is masked as it stood before any cut, and what would lie on both sides of a cut's edge is left.
    """
    text, cuts, counts = mask_cut_text(article.text, article.cuts, kinds)
    title, in_title = mask_personal(article.title, kinds)
    summary, in_summary = mask_personal(article.summary, kinds)
    counts += in_title + in_summary

    def masked(value: str) -> str:
        return mask_personal(value, kinds)[0]

    return replace(
        article,
        title=title,
        summary=summary,
        text=text,
        cuts=cuts,
        authors=tuple(map(masked, article.authors)),
        editor=masked(article.editor),
        credit=masked(article.credit),
        source=masked(article.source),
        rights_notice=masked(article.rights_notice),
        masks=tuple(Mask(kind, counts[kind]) for kind in KINDS if counts[kind]),
    )


def mask_cut_text(text: str, cuts: Sequence[Cut], kinds: Collection[str]) -> tuple[str, tuple[Cut, ...], Counter[str]]:
    """Mask a text and its cuts, and count the masks by kind; each cut keeps its code and its place in the whole."""
    whole = undo(text, cuts)
    edges = [edge for cut in cuts for edge in (cut.start, cut.start + len(cut.text))]
    counts: Counter[str] = Counter()
    while spans := [span for span in _between(find_personal(whole), edges) if span.kind in kinds]:
        counts.update(span.kind for span in spans)
        edges = _moved(edges, spans)
        whole = replaced(whole, spans)
    masked = tuple(
        replace(cut, start=start, text=whole[start:end])
        for cut, start, end in zip(cuts, edges[::2], edges[1::2], strict=True)
    )
    return apply(whole, masked), masked, counts


def _between(spans: Sequence[Span], edges: Sequence[int]) -> list[Span]:
    """Leave out the spans that an edge parts; spans and edges are sorted."""
    kept, passed = [], 0
    for span in spans:
        while passed < len(edges) and edges[passed] <= span.start:
            passed += 1
        if passed == len(edges) or edges[passed] >= span.end:
            kept.append(span)
    return kept


def _moved(edges: Sequence[int], spans: Sequence[Span]) -> list[int]:
    """Give the places of edges after the spans, none of which holds one, have become masks."""
    moved, passed, shift = [], 0, 0
    for edge in edges:
        while passed < len(spans) and spans[passed].end <= edge:
            span = spans[passed]
            shift += len(KINDS[span.kind].mask) - (span.end - span.start)
            passed += 1
        moved.append(edge + shift)
    return moved
