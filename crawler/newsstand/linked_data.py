"""JSON-LD in the three forms that the outlets use; its vocabulary is schema.org's."""

import datetime as dt
import json
from typing import Any, Literal

from crawler.newsstand.stories import Appearance

Form = Literal["", "article", "graph", "wordpress"]
CONTEXT = "https://schema.org"


def linked_data(appearance: Appearance, form: Form, image: str, section_url: str) -> str:
    """Write the JSON-LD block of an article; empty for an outlet that prints none."""
    match form:
        case "article":
            return _script({"@context": CONTEXT, **_article(appearance, image)})
        case "graph":
            return _script({"@context": CONTEXT, "@graph": _graph(appearance, image, section_url)})
        case "wordpress":
            return _script({"@context": CONTEXT, "@graph": _wordpress(appearance, image, section_url)})
        case "":
            return ""


def breadcrumbs(appearance: Appearance, section_url: str) -> str:
    """Write the breadcrumb block of an article."""
    return _script({"@context": CONTEXT, **_trail(appearance, section_url)})


def _script(data: dict[str, Any]) -> str:
    # "</" would end the script element.
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


def _article(appearance: Appearance, image: str) -> dict[str, Any]:
    story, masthead = appearance.story, appearance.masthead
    if appearance.kind == "video":
        return {
            "@type": "VideoObject",
            "name": appearance.title,
            "description": story.summary,
            "thumbnailUrl": [image],
            "uploadDate": appearance.published.isoformat(),
            "duration": "PT1M32S",
            "contentUrl": f"{masthead.home}/media/{appearance.slug}.mp4",
        }
    return {
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": appearance.url},
        "headline": appearance.title,
        "image": [image],
        "datePublished": appearance.published.isoformat(),
        "dateModified": appearance.modified.isoformat(),
        "author": {"@type": "Person", "name": story.author},
        "publisher": _publisher(appearance),
        "description": story.summary,
        "articleSection": story.section,
        "keywords": ", ".join(story.tags),
    }


def _publisher(appearance: Appearance) -> dict[str, Any]:
    masthead = appearance.masthead
    logo = {"@type": "ImageObject", "url": f"{masthead.home}/media/logo.svg", "width": 600, "height": 60}
    return {"@type": "Organization", "name": masthead.name, "logo": logo}


def _trail(appearance: Appearance, section_url: str) -> dict[str, Any]:
    steps = (("Home", f"{appearance.masthead.home}/"), (appearance.story.section, section_url))
    items = [
        {"@type": "ListItem", "position": place, "item": {"@id": url, "name": name}}
        for place, (name, url) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _graph(appearance: Appearance, image: str, section_url: str) -> list[dict[str, Any]]:
    article = _article(appearance, image)
    if appearance.kind != "video":
        article["author"] = [article["author"]]
        article["articleBody"] = " ".join(block.text for block in appearance.blocks)
    page = {"@type": "WebPage", "headline": appearance.title, "url": appearance.url}
    return [{**page, "breadcrumb": _trail(appearance, section_url)}, article]


def _wordpress(appearance: Appearance, image: str, section_url: str) -> list[dict[str, Any]]:
    story, home = appearance.story, appearance.masthead.home
    person = {"@type": "Person", "@id": f"{home}/#/schema/person/{appearance.number}", "name": story.author}
    times = {
        "datePublished": appearance.published.astimezone(dt.UTC).isoformat(),
        "dateModified": appearance.modified.astimezone(dt.UTC).isoformat(),
    }
    article = {
        "@type": "Article",
        "@id": f"{appearance.url}#article",
        "isPartOf": {"@id": appearance.url},
        "author": {"name": story.author, "@id": person["@id"]},
        "headline": appearance.title,
        **times,
        "wordCount": sum(len(block.text.split()) for block in appearance.blocks),
        "thumbnailUrl": image,
        "keywords": list(story.tags),
        "articleSection": [story.section],
        "inLanguage": "id",
    }
    page = {"@type": "WebPage", "@id": appearance.url, "url": appearance.url, "name": appearance.title, **times}
    site = {"@type": "WebSite", "@id": f"{home}/#website", "url": f"{home}/", "name": appearance.masthead.name}
    first = _article(appearance, image) if appearance.kind == "video" else article
    return [first, page, _trail(appearance, section_url), site, person]
