import datetime as dt
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.newsstand.edition import open_edition
from crawler.newsstand.site import Site
from crawler.newsstand.stories import Expected, expected
from crawler.outlets import BadInput, Profile, load_outlets
from crawler.urls import whole_story
from curation.html.body import find_body
from curation.html.metadata import read_metadata
from curation.html.tree import elements, parse, text_of
from curation.learn import Draft, Reading, draft_of, learn, profile_of, read_pages, render_profile
from curation.learn.addresses import find_exclusions, find_patterns, find_query_keys, is_taken
from curation.learn.selectors import names_of, selectors_of
from curation.learn.sheet import Sheet, site_of
from curation.records import Capture, Page
from curation.warc import payload_digest

NEWSSTAND = ("ruangkini", "wartalintas", "kabarpesisir", "gaungtimur", "catatanlembayung")
"""The outlets of which every story has an address that brings it whole."""
EVERY = 4
"""Of the newsstand's stories each fourth one is left out in turn."""


@dataclass(frozen=True)
class Shelf:
    """The stories of one outlet of the newsstand, read, with what must come out of each."""

    reading: Reading
    gold: dict[str, Expected]


@dataclass
class Tally:
    paragraphs: int = 0
    kept: int = 0
    left_in: int = 0
    fields: int = 0


def as_page(url: str, payload: bytes, content_type: str = "text/html") -> Page:
    return Page(url, None, payload, Capture("", 0, 0, payload_digest(payload), 200, content_type))


@pytest.fixture(scope="module")
def shelves() -> dict[str, Shelf]:
    site, outlets = Site(open_edition()), load_outlets()
    pages: dict[str, list[Page]] = {name: [] for name in NEWSSTAND}
    gold: dict[str, dict[str, Expected]] = {name: {} for name in NEWSSTAND}
    for story in expected():
        if story.kind != "story" or story.outlet not in NEWSSTAND:
            continue
        url = whole_story(story.url, outlets.by_id[story.outlet])
        parts = urlsplit(url)
        pages[story.outlet].append(as_page(url, site.respond(story.outlet, parts.path, parts.query).body))
        gold[story.outlet][url] = story
    return {name: Shelf(read_pages(outlets.by_id[name].hosts[0], pages[name]), gold[name]) for name in NEWSSTAND}


@pytest.fixture(scope="module")
def drafts(shelves: dict[str, Shelf]) -> dict[str, Draft]:
    return {name: draft_of(shelf.reading) for name, shelf in shelves.items()}


def lines_of(sheet: Sheet, profile: Profile | None) -> list[str]:
    body = find_body(sheet.tree, profile.layouts if profile else ())
    return [] if isinstance(body, str) else body.text.split("\n")


def n_fields(sheet: Sheet, profile: Profile | None, gold: Expected) -> int:
    body = find_body(sheet.tree, profile.layouts if profile else ())
    name = "" if isinstance(body, str) else body.layout
    layout = next((one for one in profile.layouts if one.id == name), None) if profile else None
    found = read_metadata(sheet.tree, layout, profile, sheet.url)
    return sum(
        (
            found.title == gold.title,
            found.authors == gold.authors,
            found.editor == gold.editor,
            found.section == gold.section,
            found.tags == gold.tags,
            found.published_at == gold.published_at,
        )
    )


def measure(sheet: Sheet, profile: Profile | None, gold: Expected, tally: Tally) -> None:
    lines, paragraphs = lines_of(sheet, profile), gold.text.split("\n")
    tally.paragraphs += len(paragraphs)
    tally.kept += sum(any(paragraph in line for line in lines) for paragraph in paragraphs)
    tally.left_in += sum(not any(paragraph in line for paragraph in paragraphs) for line in lines)
    tally.fields += n_fields(sheet, profile, gold)


def test_what_was_learned_beats_the_generic_path_on_stories_it_has_not_seen(shelves: dict[str, Shelf]) -> None:
    generic, learned = Tally(), Tally()
    for shelf in shelves.values():
        sheets = shelf.reading.sheets
        for sheet in sheets[::EVERY]:
            others = replace(shelf.reading, sheets=tuple(one for one in sheets if one is not sheet))
            measure(sheet, None, shelf.gold[sheet.url], generic)
            measure(sheet, profile_of(draft_of(others)), shelf.gold[sheet.url], learned)
    assert learned.kept >= 0.99 * learned.paragraphs
    assert learned.left_in < generic.left_in / 2
    assert learned.fields > generic.fields * 1.3


@pytest.mark.parametrize("outlet", NEWSSTAND)
def test_every_story_of_the_newsstand_has_the_learned_layout(outlet: str, shelves: dict[str, Shelf]) -> None:
    profile = profile_of(draft_of(shelves[outlet].reading))
    assert len(profile.layouts) == 1
    for sheet in shelves[outlet].reading.sheets:
        body = find_body(sheet.tree, profile.layouts)
        assert not isinstance(body, str)
        assert (body.layout, body.extractor) == (profile.layouts[0].id, "layout")


@pytest.mark.parametrize("outlet", NEWSSTAND)
def test_a_draft_is_toml_that_loads_as_the_same_profile(outlet: str, drafts: dict[str, Draft]) -> None:
    profile = Profile.model_validate(tomllib.loads(render_profile(drafts[outlet])))
    assert profile == profile_of(drafts[outlet])
    by_hand = load_outlets().by_id[outlet]
    assert profile.name == by_hand.name
    assert profile.home == by_hand.home
    assert profile.zone == by_hand.zone
    assert all(profile.owns(host.removeprefix("*.")) for host in by_hand.hosts)


@pytest.mark.parametrize("outlet", NEWSSTAND)
def test_a_draft_tells_stories_from_other_addresses_as_the_profile_made_by_hand_does(
    outlet: str, drafts: dict[str, Draft], shelves: dict[str, Shelf]
) -> None:
    by_hand, learned = load_outlets().by_id[outlet], profile_of(drafts[outlet])
    others = ("", "tag/pasar", "indeks?page=2", "search/label/hujan", "kanal/ekonomi", "category/budaya/", "feed/")
    for url in (*shelves[outlet].gold, *(f"{by_hand.home}{other}" for other in others)):
        assert learned.is_article(url) == by_hand.is_article(url), url


def test_the_evidence_stands_beside_the_values(drafts: dict[str, Draft]) -> None:
    toml = render_profile(drafts["wartalintas"])
    assert toml.startswith("# Drafted from 18 stories among 18 archived pages.")
    assert '    "#isi-berita",  # 18 of 18: holds ' in toml
    assert '    ".tanggal",  # 18 of 18: 03 Oktober 2026 08:15 WIB\n' in toml
    assert "#     18 of 18: Artikel ini bersumber dari www.wartalintas.example.\n" in toml
    assert "    '^/read/\\d+/[\\w-]+/?(?:\\?|$)',  # 18 of 18: /read/" in toml


# An invented site of one template. Words differ from story to story, or the lines would count as repeated.

PEOPLE = ("Sarmin", "Wulandari", "Domi", "Ratna", "Bonar", "Cut Meurah", "Ketut", "Tiur", "Yohana", "Lasmi")
PLACES = ("dermaga", "balai desa", "lereng bukit", "pasar hewan", "sekolah lama", "tepi rawa")
WORKS = ("menambal perahu", "mengeringkan kopi", "menganyam tikar", "memperbaiki jembatan", "menanam bakau")
CLOSINGS = (
    "dan anak-anaknya membantu sampai lampu jalan menyala.",
    "meskipun hujan turun sejak subuh tanpa berhenti.",
    "sebab panen tahun lalu tidak menutup biaya pupuk.",
)


def story(number: int, length: int = 8) -> list[str]:
    """Give paragraphs that stand in no other story."""
    every = list(product(PLACES, WORKS, CLOSINGS))
    chosen = every[number * length : (number + 1) * length]
    return [f"Di {place} itu {PEOPLE[number]} {work} bersama tetangga, {closing}" for place, work, closing in chosen]


def html(number: int, body: str, *, title: str = "", body_class: str = "tulisan") -> bytes:
    title = title or f"Kisah {PEOPLE[number]} dari Kampung Seberang"
    date = f"{number + 3} Agustus 2026 08:1{number} WIB"
    text = (
        f"<html><head><title>{title} - Warta Pelangi</title></head><body>"
        '<ul class="menu"><li><a href="/">Beranda</a></li><li><a href="/kota">Kota</a></li></ul>'
        f'<h1 class="judul-utama">{title}</h1><div class="jam-terbit">{date}</div>'
        f'<div class="{body_class}">{body}</div>'
        '<div class="kaki">Warta Pelangi terbit sejak tahun lalu di kota kecil kami.</div></body></html>'
    )
    return text.encode()


def paragraphs(number: int) -> str:
    return "".join(f"<p>{line}</p>" for line in story(number))


def site_pages(bodies: Sequence[str]) -> list[Page]:
    return [
        as_page(
            f"https://www.warta-pelangi.example/kota/read/{4120 + number}/kisah-{number}-kampung", html(number, body)
        )
        for number, body in enumerate(bodies)
    ]


def drops_of(bodies: Sequence[str]) -> set[str]:
    (layout,) = profile_of(learn("warta-pelangi.example", site_pages(bodies))).layouts
    assert layout.body == (".tulisan",)
    return set(layout.drop)


def test_a_profile_is_learned_from_three_pages() -> None:
    profile = profile_of(learn("https://www.warta-pelangi.example/", site_pages(list(map(paragraphs, range(3))))))
    (layout,) = profile.layouts
    assert (profile.id, profile.name, profile.hosts) == ("warta-pelangi", "Warta Pelangi", ("*.warta-pelangi.example",))
    assert profile.addresses.article == (r"^/kota/read/\d+/kisah-\d+-[\w-]+/?(?:\?|$)",)
    assert (layout.id, layout.body, layout.drop) == ("2026", (".tulisan",), ())
    assert (layout.title, layout.date) == ((".judul-utama",), (".jam-terbit",))
    assert (layout.author, layout.section, layout.tags) == ((), (), ())


def test_too_few_stories_are_refused_in_one_sentence() -> None:
    pages = site_pages([paragraphs(0), paragraphs(1), "<p>Halaman ini sedang kami perbaiki.</p>"])
    elsewhere = [replace(page, url="https://lain.example/a") for page in site_pages([paragraphs(3)])]
    with pytest.raises(BadInput, match=r"^warta-pelangi\.example: 2 of the 3 pages of this site tell a story, .*\.$"):
        learn("warta-pelangi.example", [*pages, *elsewhere])
    with pytest.raises(BadInput, match="0 of the 0 pages"):
        learn("", pages)


def test_pages_that_are_no_html_and_addresses_that_are_none_are_passed_over() -> None:
    pages = site_pages(list(map(paragraphs, range(3))))
    odd = [
        as_page("https://www.warta-pelangi.example/rss", html(3, paragraphs(3)), "application/rss+xml"),
        replace(as_page("https://www.warta-pelangi.example/x", b""), payload=b""),
        replace(pages[0], url="https://[www.warta-pelangi.example/kota"),
    ]
    assert learn("warta-pelangi.example", [*odd, *pages]) == learn("warta-pelangi.example", pages)


@settings(max_examples=5, deadline=None)
@given(st.permutations(range(4)))
def test_the_order_of_the_pages_does_not_matter(order: list[int]) -> None:
    pages = site_pages([f'{paragraphs(number)}<div class="ikut">Ikuti kanal kami.</div>' for number in range(4)])
    drafted = render_profile(learn("warta-pelangi.example", pages))
    assert render_profile(learn("warta-pelangi.example", [pages[at] for at in order])) == drafted


@settings(max_examples=5, deadline=None)
@given(st.permutations(range(6)))
def test_the_same_pages_are_chosen_from_more_than_are_read(order: list[int]) -> None:
    pages = site_pages(list(map(paragraphs, range(6))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("curation.learn.MOST", 4)
        read = read_pages("warta-pelangi.example", pages)
        assert len(read.sheets) == 4
        again = read_pages("warta-pelangi.example", [pages[at] for at in order])
    assert [sheet.url for sheet in again.sheets] == [sheet.url for sheet in read.sheets]


def test_copies_of_one_story_do_not_make_it_the_site_s_own() -> None:
    bodies = list(map(paragraphs, range(3)))
    pages = site_pages(bodies)
    copies = [
        as_page(f"https://m.warta-pelangi.example/{number}", html(number, body)) for number, body in enumerate(bodies)
    ]
    reading = read_pages("warta-pelangi.example", [*pages, *copies])
    site = site_of(reading.sheets)
    assert len(reading.sheets) == 6
    assert not any(map(site.is_repeated, story(0)))
    assert site.is_repeated("Warta Pelangi terbit sejak tahun lalu di kota kecil kami.")


def test_the_longest_capture_of_an_address_stays() -> None:
    whole, part = html(0, paragraphs(0)), html(0, "".join(f"<p>{line}</p>" for line in story(0)[:5]))
    url = "https://www.warta-pelangi.example/kota/read/4120/kisah"
    reading = read_pages("warta-pelangi.example", [as_page(f"{url}?page=1", part), as_page(f"{url}?page=all", whole)])
    assert [sheet.url for sheet in reading.sheets] == [f"{url}?page=all"]


def test_boxes_of_links_labels_and_captions_are_dropped() -> None:
    bodies = [
        f'<div class="bingkai-foto"><img src="a.jpg"><span>{PEOPLE[number]} saat bekerja.</span></div>'
        f'{paragraphs(number)}<div class="lihat-pula"><a href="/x">Kabar {PEOPLE[-number - 1]} Pulang Kampung</a></div>'
        f'<div class="tim">Penyusun: {PEOPLE[-number - 1]}</div>'
        for number in range(4)
    ]
    assert drops_of(bodies) == {".bingkai-foto", ".lihat-pula", ".tim"}


def test_a_class_of_links_in_sentences_is_not_dropped_for_its_other_uses() -> None:
    alone = '<p class="catatan"><a class="tautan" href="/x">Kabar {0} Pulang Kampung</a></p>'
    within = '<p>Menurut <a class="tautan" href="/y">{0}</a>, pekerjaan itu selesai sebelum musim hujan tiba lagi.</p>'
    links = [alone.format(name) for name in PEOPLE[:3]]
    apart = [f"{paragraphs(number)}{''.join(links)}" for number in range(3)]
    assert drops_of(apart) == {".catatan"}
    without_name = [body.replace(' class="catatan"', "") for body in apart]
    assert drops_of(without_name) == {"p:has(.tautan)"}
    one_within = [*without_name[:2], without_name[2] + within.format(PEOPLE[-1])]
    assert drops_of(one_within) == set()


def test_a_line_of_the_story_is_not_taken_for_a_field_by_its_place() -> None:
    pages = site_pages([f"{paragraphs(number)}<p>Editor: {PEOPLE[-number - 1]}</p>" for number in range(4)])
    (layout,) = learn("warta-pelangi.example", pages).layouts
    assert "editor" not in layout.fields
    assert [(one.value, one.pages, one.of) for one in layout.openings] == [("editor:", 4, 4)]


def test_a_story_told_in_pictures_keeps_its_words() -> None:
    def told(number: int) -> str:
        lines = "".join(f'<div class="gambar"><img src="a.jpg"><p>{line}</p></div>' for line in story(number))
        return f"<p>{story(number + 5)[0]}</p>{lines}"

    assert drops_of([told(number) for number in range(4)]) == set()


def test_a_paragraph_is_never_dropped_with_a_repeated_neighbour() -> None:
    bodies = [f'{paragraphs(number)}<div class="penutup"><p>{story(number + 5)[0]}</p><p>Ikuti kanal kami.</p></div>'
              for number in range(4)]  # fmt: skip
    assert drops_of(bodies) == set()


def test_two_templates_make_two_layouts_told_apart_by_a_mark() -> None:
    bodies = list(map(paragraphs, range(4)))
    old = [
        as_page(
            f"https://www.warta-pelangi.example/kota/read/{1200 + number}/kisah-lama-{number}-desa",
            html(
                number,
                f'<p class="tulisan">Bagikan</p><div class="isi-lama">{paragraphs(number)}</div>',
                body_class="luar",
            )
            .replace(b"2026", b"2019")
            .replace(b"jam-terbit", b"tanggal-terbit"),
        )
        for number in range(4, 8)
    ]
    new, former = profile_of(learn("warta-pelangi.example", [*site_pages(bodies), *old])).layouts
    assert (new.id, new.body, new.marks) == ("2026", (".tulisan",), (".jam-terbit",))
    assert (former.id, former.body, former.marks) == ("2019", (".isi-lama",), ())


def test_a_page_unlike_the_others_is_named_and_not_learned_from() -> None:
    odd = as_page("https://www.warta-pelangi.example/khusus", html(5, paragraphs(5), body_class="khusus"))
    draft = learn("warta-pelangi.example", [*site_pages(list(map(paragraphs, range(4)))), odd])
    assert draft.unlike == ("https://www.warta-pelangi.example/khusus",)
    assert "# https://www.warta-pelangi.example/khusus\n" in render_profile(draft)
    assert draft.layouts[0].first == dt.date(2026, 8, 3)


def test_layouts_of_one_year_have_different_ids() -> None:
    draft = learn("warta-pelangi.example", site_pages(list(map(paragraphs, range(3)))))
    ids = [layout.id for layout in profile_of(replace(draft, layouts=draft.layouts * 3)).layouts]
    assert ids == ["2026", "2026-2", "2026-3"]


def test_odd_names_do_not_break_the_toml() -> None:
    draft = learn("warta-pelangi.example", site_pages(list(map(paragraphs, range(3)))))
    odd = replace(draft, name='Warta "Pelangi" 😀\x7f\\', aliases=("O'Pelangi\\",))
    assert Profile.model_validate(tomllib.loads(render_profile(odd))) == profile_of(odd)


@pytest.mark.parametrize(
    ("paths", "pattern", "other"),
    [
        (("read/1/a-b", "read/22/c", "read/3/d-e-f"), r"^/read/\d+/[\w-]+/?(?:\?|$)", "read/1"),
        (("2026/07/24/a-b/", "2025/11/02/c/", "2026/01/09/d/"), r"^/\d{4}/\d{2}/\d{2}/[\w-]+/?(?:\?|$)", "2026/07/24/"),
        (("news-11-a-b", "news-2-c", "news-31-d"), r"^/news-\d+-[\w-]+/?(?:\?|$)", "news-terbaru"),
        (("kota/a-b-71.html", "desa/c-8.html", "desa/d-9.html"), r"^/[\w-]+/[\w-]+-\d+\.html", "kota/indeks.html"),
        (("a-b-c-d", "e-f-g", "h-i-j-k-l"), r"^/\w+(?:-\w+){2,}/?(?:\?|$)", "tentang-kami"),
        (("read/12/A.B.C", "read/13/D.E", "read/14/F"), r"^/read/\d+/[^/]+/?(?:\?|$)", "read/12/a/b"),
    ],
)
def test_addresses_are_generalised(paths: tuple[str, ...], pattern: str, other: str) -> None:
    urls = [f"https://warta.example/{path}" for path in paths]
    (found,) = find_patterns(urls)
    assert (found.value, found.pages, found.of) == (pattern, 3, 3)
    assert not is_taken(f"https://warta.example/{other}", [pattern])


def test_stories_with_and_without_a_rubric_before_the_shared_word_make_one_pattern() -> None:
    paths = ("kota/read/1/a", "desa/read/2/b", "a/read/3/c", "read/4/d")
    assert patterns_of(*paths) == [r"^/(?:[\w-]+/)?read/\d+/[\w-]+/?(?:\?|$)"]


def test_a_stray_address_makes_a_pattern_only_if_something_tells_its_form() -> None:
    paths = ("kota/a-b-c", "desa/d-e-f", "desa/g-h-i")
    form = r"^/[\w-]+/\w+(?:-\w+){2,}/?(?:\?|$)"
    assert patterns_of(*paths, "syarat-dan-ketentuan") == [form]
    assert patterns_of(*paths, "2026/08/j-k-l") == [form, r"^/\d{4}/\d{2}/[\w-]+/?(?:\?|$)"]


def test_words_alone_make_no_pattern() -> None:
    assert patterns_of("kota", "desa", "pasar") == []


def patterns_of(*paths: str) -> list[str]:
    return [one.value for one in find_patterns([f"https://warta.example/{path}" for path in paths])]


def test_folders_of_lists_that_look_like_stories_are_kept_out() -> None:
    stories = [f"https://warta.example/kota/{slug}" for slug in ("a-b", "c-d", "e-f")]
    others = ["https://warta.example/tag/pasar-lama", "https://warta.example/kota/g-h", "https://warta.example/indeks"]
    assert [one.value for one in find_exclusions((r"^/[\w-]+/\w+-\w+",), stories, others)] == ["^/tag/"]


def test_a_query_that_tells_stories_apart_is_kept() -> None:
    urls = [f"https://warta.example/index.php?id={number}&ref=x" for number in range(3)]
    assert find_query_keys(urls) == ("id",)
    assert find_query_keys([f"https://warta.example/{number}?page={number}" for number in range(3)]) == ()


def test_names_with_serial_numbers_are_cut_or_left_out() -> None:
    tree = parse(
        '<div id="post-body-4107898" class="isi post-9324 lg:w-2/3 h1 tag" itemprop="description text">x</div>'
    )
    (element,) = elements(tree, "div")
    assert names_of(element) == [
        ".isi", ".h1", ".tag", "[id^='post-body-']", "[itemprop~='description']", "[itemprop~='text']",
    ]  # fmt: skip


@given(st.text("<>/ab='\"-:.#[]@ 0oOpclasid", max_size=80))
def test_every_selector_finds_its_element(text: str) -> None:
    tree = parse(f'<div class="luar"><p id="x1"><b>satu</b><o:p>dua</o:p></p><{text}>tiga</div>')
    if tree is None:
        return
    for element in all_of(tree):
        for selector in selectors_of(element):
            assert element in elements(tree, selector), (selector, text_of(element))


def all_of(tree: object) -> Iterator[object]:
    return (element for element in tree.iter() if isinstance(element.tag, str))
