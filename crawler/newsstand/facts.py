"""What the templates may print of a story, as HTML."""

import html
from collections import Counter
from collections.abc import Iterable, Sequence

from crawler.newsstand.dates import moment
from crawler.newsstand.mastheads import Masthead
from crawler.newsstand.stories import Appearance, slugify


def facts_of(appearance: Appearance) -> dict[str, str]:
    """Collect what an outlet shows of a story, escaped; a fact that it leaves out is empty."""
    story, masthead = appearance.story, appearance.masthead
    plain = {
        "home": masthead.home,
        "name": masthead.name,
        "title": appearance.title,
        "url": appearance.url,
        "number": str(appearance.number),
        "slug": appearance.slug,
        "summary": story.summary,
        "author": story.author,
        "author_slug": slugify(story.author),
        "editor": story.editor,
        "initials": story.initials,
        "section": story.section,
        "section_url": section_url(masthead, story.section),
        "tags_line": ", ".join(story.tags),
        "image": image_of(appearance),
        "caption": f"Ilustrasi {story.tags[0] if story.tags else story.section}. (Dok. {masthead.name})",
        "og_type": "video.other" if appearance.kind == "video" else "article",
        "modified_iso": appearance.modified.isoformat(),
        "modified_utc": moment(appearance.modified, masthead.zone_name)["utc"],
    }
    shown = {key: "" if key in masthead.leaves_out else html.escape(value) for key, value in plain.items()}
    links = [tag_link(masthead, tag) for tag in story.tags]
    return (
        shown
        | moment(appearance.published, masthead.zone_name)
        | {"tags": " ".join(links), "tag_items": "".join(f"<li>{link}</li>" for link in links)}
        | {"robots_tag": f'<meta name="robots" content="{html.escape(story.robots)}">' if story.robots else ""}
    )


def image_of(appearance: Appearance) -> str:
    """Give the address of the picture that goes with a story."""
    return f"{appearance.masthead.home}/media/{appearance.slug}.svg"


def section_url(masthead: Masthead, section: str) -> str:
    """Give the address of a section."""
    return masthead.home + masthead.section.format(slug=slugify(section))


def tag_url(masthead: Masthead, tag: str) -> str:
    """Give the address of a topic."""
    return masthead.home + masthead.tag.format(slug=slugify(tag))


def tag_link(masthead: Masthead, tag: str) -> str:
    """Write a link to a topic."""
    return f'<a href="{html.escape(tag_url(masthead, tag))}" rel="tag">{html.escape(tag)}</a>'


def neighbours(appearance: Appearance, shelf: Sequence[Appearance]) -> list[Appearance]:
    """List the other stories of the outlet, the next older one first and then round."""
    urls = [other.url for other in shelf]
    place = urls.index(appearance.url) if appearance.url in urls else -1
    return [*shelf[place + 1 :], *shelf[: max(place, 0)]]


def common_tags(shelf: Iterable[Appearance]) -> list[str]:
    """List the eight topics that an outlet names most."""
    counts = Counter(tag for entry in shelf for tag in entry.story.tags)
    return sorted(counts, key=lambda tag: (-counts[tag], tag))[:8]
