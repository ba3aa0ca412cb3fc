"""The outlet profiles: they load, know their addresses and hosts, and a wrong one is named by file and key."""

import json
import re
from collections import Counter
from gzip import decompress
from pathlib import Path

import pytest
from lxml import html
from lxml.cssselect import CSSSelector

from crawler.outlets import PROFILES, BadInput, Layout, Outlets, load_outlets

OUTLETS = load_outlets()
WEB = {name: profile for name, profile in OUTLETS.by_id.items() if profile.served_by == "web"}
PAGES = Path(__file__).parents[3] / "shared" / "pages"

# outlet: addresses of articles, addresses of anything else; the stories are invented, the forms are the site's
ADDRESSES: dict[str, tuple[list[str], list[str]]] = {
    "alinea": (
        ["https://www.alinea.id/nasional/pasar-lama-dibuka-lagi-b1Xyz"],
        ["https://www.alinea.id/indeks", "https://www.alinea.id/tag/pasar-lama-kota"],
    ),
    "antaranews": (
        ["https://www.antaranews.com/berita/4123456/pasar-lama-dibuka", "https://bali.antaranews.com/berita/1/pasar"],
        ["https://www.antaranews.com/terkini", "https://www.antaranews.com/foto/4123456/pasar-lama"],
    ),
    "artik": (["https://artik.id/news-12448-pasar-lama-dibuka"], ["https://artik.id/kategori/nasional"]),
    "balipost": (
        ["https://www.balipost.com/news/2025/08/01/123/Pasar-Lama-Dibuka.html"],
        ["https://www.balipost.com/", "https://www.balipost.com/tag/pasar"],
    ),
    "bantennews": (
        ["https://www.bantennews.co.id/pasar-lama-dibuka/"],
        ["https://www.bantennews.co.id/page/2/", "https://www.bantennews.co.id/category/serang/"],
    ),
    "beritasatu": (
        ["https://www.beritasatu.com/ekonomi/2901234/pasar-lama-dibuka"],
        ["https://www.beritasatu.com/terkini/indeks/2", "https://www.beritasatu.com/tag/pasar"],
    ),
    "betahita": (["https://betahita.id/berita/10234/hutan-kota"], ["https://betahita.id/search?query=hutan"]),
    "bisnis": (
        ["https://ekonomi.bisnis.com/read/20260701/12/1789012/pasar-lama-dibuka"],
        ["https://www.bisnis.com/indeks", "https://www.bisnis.com/topic/123/pasar"],
    ),
    "blogspot": (
        ["https://kabarkampung.blogspot.com/2022/09/pasar-lama-dibuka.html"],
        ["https://kabarkampung.blogspot.com/search/label/Kota", "https://kabarkampung.blogspot.com/2022/09/"],
    ),
    "bloombergtechnoz": (
        ["https://www.bloombergtechnoz.com/detail-news/51234/pasar-lama-dibuka"],
        ["https://www.bloombergtechnoz.com/indeks"],
    ),
    "bola": (
        ["https://www.bola.net/otomotif/balap-di-kota-lama-aae1ea.html"],
        ["https://www.bola.net/jadwal/", "https://www.bola.net/tag/balap/"],
    ),
    "bolasport": (["https://www.bolasport.com/read/314567/tim-kota-menang"], ["https://www.bolasport.com/tag/tim"]),
    "cna": (
        ["https://www.cna.id/indonesia/pasar-lama-dibuka-kembali-30001"],
        ["https://www.cna.id/terbaru", "https://www.cna.id/topic/pasar-lama-dan-kota-tua"],
    ),
    "cnbcindonesia": (
        ["https://www.cnbcindonesia.com/news/20260701101112-4-567890/pasar-lama-dibuka"],
        ["https://www.cnbcindonesia.com/indeks", "https://www.cnbcindonesia.com/foto/20260701101112-4-567890/pasar"],
    ),
    "cnnindonesia": (
        ["https://www.cnnindonesia.com/ekonomi/20260701101112-92-1234567/pasar-lama-dibuka"],
        ["https://www.cnnindonesia.com/indeks?page=2", "https://www.cnnindonesia.com/tv/20260701101112-1-2/siaran"],
    ),
    "detik": (
        [
            "https://news.detik.com/berita/d-7654321/pasar-lama-dibuka",
            "https://news.detik.com/read/2012/03/04/101112/1858000/10/pasar-lama-dibuka",
        ],
        [
            "https://news.detik.com/indeks?page=2&date=07/01/2026",
            "https://news.detik.com/foto-news/d-7654321/pasar",
            "https://www.detik.com/tag/pasar",
        ],
    ),
    "dream": (["https://www.dream.co.id/news/read/812345/pasar-lama"], ["https://www.dream.co.id/tag/pasar"]),
    "fajar": (["https://fajar.co.id/2025/08/01/pasar-lama-dibuka/"], ["https://fajar.co.id/tag/pasar/"]),
    "fimela": (
        ["https://www.fimela.com/lifestyle/read/4268999/resep-kue-nenek"],
        ["https://www.fimela.com/tag/kue", "https://www.fimela.com/photo/read/4268999/kue"],
    ),
    "gatra": (["https://www.gatra.net/news-512345-hukum-pasar.html"], ["https://www.gatra.net/page/3/"]),
    "genpi": (["https://www.genpi.co/berita/212345/pasar-lama-dibuka"], ["https://www.genpi.co/tag/pasar"]),
    "goodnewsfromindonesia": (
        ["https://www.goodnewsfromindonesia.id/2026/07/01/pasar-lama-dibuka"],
        ["https://www.goodnewsfromindonesia.id/explore"],
    ),
    "grid": (["https://www.grid.id/read/044123456/resep-kue-nenek?page=all"], ["https://www.grid.id/tag/kue"]),
    "gridoto": (["https://www.gridoto.com/read/224123456/motor-tua-dipugar"], ["https://www.gridoto.com/tag/motor"]),
    "harianjogja": (
        ["https://jogjapolitan.harianjogja.com/kota/r-1212345/pasar-lama-dibuka"],
        ["https://www.harianjogja.com/indeks"],
    ),
    "hipwee": (["https://www.hipwee.com/list/resep-kue-nenek/"], ["https://www.hipwee.com/author/ratna/"]),
    "hukumonline": (
        ["https://www.hukumonline.com/berita/a/sengketa-lahan-pasar-lt66a1b2c3d4e5f"],
        ["https://www.hukumonline.com/berita/foto/pasar", "https://www.hukumonline.com/search?q=pasar"],
    ),
    "idntimes": (
        [
            "https://www.idntimes.com/news/indonesia/pasar-lama-dibuka-lagi-00-abc12-de34fg",
            "https://www.idntimes.com/news/world/ratna-pelangi-1/pasar-lama-dibuka-c1c2",
        ],
        ["https://www.idntimes.com/news", "https://www.idntimes.com/tag/pasar", "https://www.idntimes.com/search?q=a"],
    ),
    "idxchannel": (
        ["https://www.idxchannel.com/market-news/saham-bank-naik-lagi"],
        ["https://www.idxchannel.com/tag/saham-bank-dan-asuransi", "https://www.idxchannel.com/market-news"],
    ),
    "indopolitika": (
        ["https://indopolitika.com/pasar-lama-dibuka/"],
        ["https://indopolitika.com/tag/pasar-lama-kota/"],
    ),
    "inews": (
        [
            "https://www.inews.id/news/nasional/pasar-lama-dibuka-lagi",
            "https://jatim.inews.id/berita/pasar-lama-dibuka-lagi",
        ],
        ["https://www.inews.id/tag/pasar-lama-kota-tua", "https://www.inews.id/news/nasional"],
    ),
    "infobanknews": (
        ["https://infobanknews.com/bank-desa-tumbuh/"],
        ["https://infobanknews.com/topic/bank-desa-kita/"],
    ),
    "investor": (
        ["https://investor.id/market/401234/saham-bank-naik"],
        ["https://investor.id/search/saham/2", "https://investor.id/market/indeks/2"],
    ),
    "jakartaglobe": (
        ["https://jakartaglobe.id/business/old-market-opens-again"],
        ["https://jakartaglobe.id/newsindex/page/2", "https://jakartaglobe.id/business"],
    ),
    "jawapos": (
        ["https://www.jawapos.com/nasional/2607011234/pasar-lama-dibuka"],
        ["https://www.jawapos.com/indeks", "https://www.jawapos.com/nasional"],
    ),
    "jitunews": (["https://www.jitunews.com/read/6452/pasar-lama-dibuka"], ["https://www.jitunews.com/rss"]),
    "jpnn": (
        ["https://www.jpnn.com/news/pasar-lama-dibuka", "https://www.jpnn.com/news/pasar-lama-dibuka?page=2"],
        ["https://www.jpnn.com/tag/pasar?page=2", "https://www.jpnn.com/?page=2", "https://www.jpnn.com/news"],
    ),
    "kapanlagi": (
        ["https://www.kapanlagi.com/showbiz/selebriti/penyanyi-muda-rilis-lagu-679abc.html"],
        ["https://www.kapanlagi.com/foto/berita-foto/indonesia/penyanyi-679abc.html"],
    ),
    "katadata": (
        ["https://katadata.co.id/finansial/bursa/66a1b2c3d4e5f/saham-bank-naik"],
        ["https://katadata.co.id/indeks", "https://katadata.co.id/tags/saham"],
    ),
    "kbr": (["https://kbr.id/articles/ragam/pasar-lama-dibuka"], ["https://kbr.id/articles/indeks?page=2"]),
    "kompas": (
        [
            "https://nasional.kompas.com/read/2026/07/01/10111211/pasar-lama-dibuka?page=all",
            "https://megapolitan.kompas.com/read/2015/03/22/13371570/Pasar.Lama.Dibuka",
            "https://internasional.kompas.com/read/xml/2015/03/22/13371570/Pasar.Lama.Dibuka",
        ],
        [
            "https://www.kompas.com/tag/pasar",
            "https://indeks.kompas.com/?page=2",
            "https://search.kompas.com/search?q=a",
        ],
    ),
    "kontan": (
        ["https://nasional.kontan.co.id/news/pasar-lama-dibuka"],
        ["https://www.kontan.co.id/search?search=pasar"],
    ),
    "kumparan": (
        ["https://kumparan.com/kumparannews/pasar-lama-dibuka-25AbCdEfGhI"],
        [
            "https://kumparan.com/channel/news",
            "https://kumparan.com/kumparannews",
            "https://kumparan.com/topic/pasar-lama",
        ],
    ),
    "liputan6": (
        [
            "https://www.liputan6.com/bisnis/read/4289999/pasar-lama-dibuka",
            "https://hot.liputan6.com/read/4611999/penyanyi-muda-rilis-lagu",
        ],
        ["https://www.liputan6.com/photo/read/4289999/pasar", "https://www.liputan6.com/bisnis/indeks"],
    ),
    "mediaindonesia": (
        [
            "https://mediaindonesia.com/humaniora/801234/pasar-lama-dibuka",
            "https://mediaindonesia.com/read/detail/251234-pasar-lama-dibuka",
        ],
        [
            "https://mediaindonesia.com/video/detail_video/1234-pasar",
            "https://mediaindonesia.com/indeks/20/40",
            "https://mediaindonesia.com/humaniora/20/40",
        ],
    ),
    "merdeka": (
        [
            "https://www.merdeka.com/peristiwa/read/512345/pasar-lama-dibuka",
            "https://www.merdeka.com/peristiwa/pasar-lama-dibuka-kln.html",
            "https://today.merdeka.com/2856000",
        ],
        ["https://www.merdeka.com/peristiwa", "https://www.merdeka.com/foto/peristiwa/pasar-lama.html"],
    ),
    "metrotvnews": (
        ["https://www.metrotvnews.com/read/b1oAbCdE-pasar-lama-dibuka"],
        ["https://www.metrotvnews.com/play/1"],
    ),
    "mojok": (
        ["https://mojok.co/liputan/ragam/pasar-lama-dibuka/", "https://mojok.co/liputan/ragam/pasar-lama-dibuka/2/"],
        ["https://mojok.co/tag/pasar-lama-kota/", "https://mojok.co/liputan/"],
    ),
    "mongabay": (["https://mongabay.co.id/2026/07/01/hutan-kota-tumbuh/"], ["https://mongabay.co.id/tag/hutan/"]),
    "niaga": (["https://www.niaga.asia/pasar-lama-dibuka/"], ["https://www.niaga.asia/category/kaltim/"]),
    "ntvnews": (["https://www.ntvnews.id/news/0123456/pasar-lama-dibuka"], ["https://www.ntvnews.id/tag/pasar"]),
    "nusabali": (
        ["https://www.nusabali.com/berita/181234/pasar-lama-dibuka"],
        ["https://www.nusabali.com/search?keyword=a"],
    ),
    "okezone": (
        ["https://news.okezone.com/read/2026/07/01/337/3151234/pasar-lama-dibuka?page=all"],
        ["https://news.okezone.com/indeks/2026/07/01/10", "https://www.okezone.com/tag/pasar"],
    ),
    "otosia": (["https://www.otosia.com/berita/read/2839999/motor-tua-dipugar"], ["https://www.otosia.com/video/1"]),
    "pikiran-rakyat": (
        ["https://www.pikiran-rakyat.com/jawa-barat/pr-018123456/pasar-lama-dibuka"],
        ["https://www.pikiran-rakyat.com/tag/pasar", "https://galamedia.pikiran-rakyat.com/?page=2"],
    ),
    "poskota": (
        ["https://www.poskota.co.id/2026/07/01/pasar-lama-dibuka"],
        ["https://www.poskota.co.id/tag/pasar?page=2"],
    ),
    "posmetro-medan": (
        ["https://www.posmetro-medan.com/2025/08/pasar-lama-dibuka.html"],
        ["https://www.posmetro-medan.com/2025/08/", "https://www.posmetro-medan.com/p/redaksi.html"],
    ),
    "republika": (
        [
            "https://news.republika.co.id/berita/t1a2b3456/pasar-lama-dibuka",
            "https://republika.co.id/berita//t1a2b3456/pasar-lama-dibuka",
        ],
        ["https://republika.co.id/index/50/2026/07/01", "https://republika.co.id/tag/pasar"],
    ),
    "rm": (["https://rm.id/baca-berita/nasional/251234/pasar-lama-dibuka"], ["https://rm.id/page/2/"]),
    "rmol": (
        ["https://rmol.id/nusantara/read/2026/07/01/671234/pasar-lama-dibuka"],
        ["https://rmol.id/tag/pasar?page=2"],
    ),
    "rri": (["https://rri.co.id/daerah/1812345/pasar-lama-dibuka"], ["https://rri.co.id/tag/pasar"]),
    "sindonews": (
        ["https://ekbis.sindonews.com/read/1598123/33/pasar-lama-dibuka-1782900000?showpage=all"],
        ["https://www.sindonews.com/indeks/0/20?t=2026-07-01", "https://www.sindonews.com/topic/123/pasar"],
    ),
    "suara": (
        ["https://www.suara.com/news/2026/07/01/101112/pasar-lama-dibuka?page=2"],
        ["https://www.suara.com/indeks?page=2", "https://www.suara.com/tag/pasar"],
    ),
    "suaramerdeka": (
        ["https://www.suaramerdeka.com/semarang/0412345678/pasar-lama-dibuka"],
        ["https://www.suaramerdeka.com/page/2/", "https://www.suaramerdeka.com/tag/pasar"],
    ),
    "surabayapagi": (
        ["https://surabayapagi.com/news-251234-pasar-lama-dibuka"],
        ["https://surabayapagi.com/search/a/2"],
    ),
    "swa": (["https://swa.co.id/read/451234/pasar-lama-dibuka"], ["https://swa.co.id/latest?page=2"]),
    "tempo": (
        ["https://www.tempo.co/ekonomi/pasar-lama-dibuka-2012345", "https://bisnis.tempo.co/read/1712345/pasar-lama"],
        ["https://www.tempo.co/penulis/ratna-pelangi-12345", "https://www.tempo.co/tag/pasar-2012345"],
    ),
    "theconversation": (
        ["https://theconversation.com/mengapa-pasar-lama-ramai-lagi-251234"],
        ["https://theconversation.com/id", "https://theconversation.com/profiles/ratna-pelangi-123456"],
    ),
    "thejakartapost": (
        ["https://www.thejakartapost.com/indonesia/2026/07/01/old-market-opens-again.html"],
        ["https://www.thejakartapost.com/search?q=market"],
    ),
    "tirto": (
        ["https://tirto.id/pasar-lama-dibuka-lagi-hbX7"],
        ["https://tirto.id/indeks", "https://tirto.id/pikir-dua-kali", "https://tirto.id/q/pasar-abc"],
    ),
    "tribunnews": (
        [
            "https://www.tribunnews.com/nasional/7751234/pasar-lama-dibuka?page=2",
            "https://www.tribunnews.com/regional/2026/07/01/pasar-lama-dibuka",
        ],
        ["https://www.tribunnews.com/index-news?page=2", "https://www.tribunnews.com/topic/pasar"],
    ),
    "tvonenews": (
        ["https://www.tvonenews.com/ekonomi/351234-pasar-lama-dibuka"],
        ["https://www.tvonenews.com/ekonomi", "https://www.tvonenews.com/tag/1-pasar"],
    ),
    "tvrinews": (["https://nasional.tvrinews.com/berita/pasar-lama-dibuka"], ["https://www.tvrinews.com/"]),
    "viva": (
        ["https://www.viva.co.id/berita/nasional/1812345-pasar-lama-dibuka?page=all"],
        ["https://www.viva.co.id/indeks", "https://www.viva.co.id/tag/12-pasar"],
    ),
    "voaindonesia": (
        ["https://www.voaindonesia.com/a/pasar-lama-dibuka/7712345.html"],
        ["https://www.voaindonesia.com/z/585"],
    ),
    "voi": (["https://voi.id/ekonomi/451234"], ["https://voi.id/artikel/indeks?page=2", "https://voi.id/en/451234"]),
    "wartaekonomi": (
        ["https://wartaekonomi.co.id/read571234/pasar-lama-dibuka"],
        ["https://wartaekonomi.co.id/indeks/20260701?page=2"],
    ),
}
ARTICLES = [(name, url) for name, (articles, _) in ADDRESSES.items() for url in articles]
OTHERS = [(name, url) for name, (_, others) in ADDRESSES.items() for url in others]


def test_the_table_of_addresses_names_every_outlet() -> None:
    assert sorted(ADDRESSES) == sorted(WEB)


@pytest.mark.parametrize(("name", "url"), ARTICLES)
def test_article_address_is_known(name: str, url: str) -> None:
    assert OUTLETS.of_url(url) is OUTLETS.by_id[name]
    assert OUTLETS.by_id[name].is_article(url)


@pytest.mark.parametrize(("name", "url"), OTHERS)
def test_other_address_is_no_article(name: str, url: str) -> None:
    assert OUTLETS.by_id[name].owns(re.sub(r"^https://([^/]+).*", r"\1", url))
    assert not OUTLETS.by_id[name].is_article(url)


def test_ids_are_the_names_of_the_files() -> None:
    assert sorted(WEB) == sorted(path.stem for path in PROFILES.glob("*.toml"))


def test_no_host_has_two_owners() -> None:
    patterns = Counter(host for profile in OUTLETS.by_id.values() for host in profile.hosts)
    assert [host for host, count in patterns.items() if count > 1] == []
    for profile in OUTLETS.by_id.values():
        for host in (pattern.removeprefix("*.") for pattern in profile.hosts):
            assert [other.id for other in OUTLETS.by_id.values() if other.owns(host)] == [profile.id]


def test_home_and_crawl_addresses_are_on_the_outlets_own_hosts() -> None:
    elsewhere = {"https://www.blogger.com/"}  # the blogs have no common front page
    for profile in WEB.values():
        crawl = profile.crawl
        for url in {profile.home, *crawl.sitemaps, *crawl.feeds, *crawl.index} - elsewhere:
            assert OUTLETS.of_url(url) is profile, url


def test_index_pages_are_not_articles() -> None:
    for profile in WEB.values():
        for pattern in profile.crawl.index:
            url = re.sub(r"\{date:[^}]*\}", "2026-07-01", pattern).replace("{page}", "2")
            assert not profile.is_article(url), url


LAYOUTS = {
    **{f"{profile.id}-{layout.id}": layout for profile in WEB.values() for layout in profile.layouts},
    **{layout.id: layout for layout in OUTLETS.platform_layouts},
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_selectors_mean_what_they_say(layout: Layout) -> None:
    selectors = [text for _, value in layout if isinstance(value, tuple) for text in value]
    for text in selectors:
        # cssselect 1.3 translates these without an error into something that never matches or matches all
        assert not re.search(r":has\(\s*[>+~]|:not\(\s*:has", text), text
    for text in (*layout.marks, *layout.body, *layout.drop):
        assert "@" not in text, "an element is wanted here, not an attribute"
    assert not set(layout.body) & set(layout.drop)


def test_layouts_of_an_outlet_are_dated_newest_first() -> None:
    for profile in WEB.values():
        years = [layout.id for layout in profile.layouts]
        assert all(re.fullmatch(r"20\d\d", year) for year in years), profile.id
        assert years == sorted(set(years), reverse=True), profile.id


RULES = [(profile.id, rule) for profile in WEB.values() for rule in profile.rules]


def test_codes_of_rules_are_unique() -> None:
    codes = Counter(rule["code"] for _, rule in RULES)
    assert max(codes.values()) == 1


def test_rules_are_named_after_their_outlet_and_show_both_kinds_of_example() -> None:
    for owner, rule in RULES:
        assert rule["name"].startswith(f"{owner}."), rule["code"]
        assert rule["cut"], rule["code"]
        assert rule["keep"], rule["code"]


def fitting(page: html.HtmlElement, layouts: tuple[Layout, ...]) -> Layout | None:
    for layout in layouts:
        if any(CSSSelector(text, translator="html")(page) for text in layout.marks or layout.body):
            return layout
    return None


def first_text(page: html.HtmlElement, selectors: tuple[str, ...]) -> str:
    for text in selectors:
        path, _, attribute = text.rpartition("@") if "@" in text else (text, "", "")
        for element in CSSSelector(path, translator="html")(page):
            found = element.get(attribute) if attribute else element.text_content()
            if found and found.strip():
                return " ".join(found.split())
    return ""


@pytest.mark.parametrize(
    ("layout", "page"),
    [
        ("kly", '<main class="article-content-body"><div class="article-content-body__item">Teks.</div></main>'),
        ("kly-today", '<div class="infinite-box detail-paragraph"><p>Teks.</p></div>'),
        ("blogspot", '<div class="post-body entry-content" id="post-body-1">Teks.</div>'),
        ("wordpress", '<div class="td-post-content"><p>Teks.</p></div>'),
        ("promedia", '<article class="read__content"><p>Teks.</p></article>'),
        (None, '<div class="entry"><p>Teks.</p></div>'),
    ],
)
def test_platform_is_told_from_the_page(layout: str | None, page: str) -> None:
    tree = html.document_fromstring(f"<html><body>{page}</body></html>")
    found = fitting(tree, OUTLETS.platform_layouts)
    assert (found.id if found else None) == layout
    if found:
        assert first_text(tree, found.body) == "Teks."


@pytest.mark.skipif(not PAGES.is_dir(), reason="needs ../shared/pages")
def test_saved_pages_have_a_layout_with_body_title_and_date() -> None:
    entries = json.loads((PAGES / "manifest.json").read_text(encoding="utf-8"))
    indonesian = [entry for entry in entries if entry["page"].startswith("id/")]
    assert indonesian
    for entry in indonesian:
        saved = decompress((PAGES / entry["page"]).read_bytes())
        page = html.document_fromstring(saved.decode("utf-8", "replace"))
        profile = OUTLETS.by_id[entry["outlet"]]
        layout = fitting(page, (*profile.layouts, *OUTLETS.platform_layouts))
        assert layout, entry["page"]
        headline = first_text(page, ("meta[property='og:title']@content",)).split(" | ")[0]
        assert first_text(page, layout.title) == headline, entry["page"]
        assert re.search(r"\d{4}.*\d{2}[:.]\d{2}", first_text(page, layout.date)), entry["page"]
        lead = (PAGES / entry["gold"]).read_text(encoding="utf-8").split("\n")[0]
        story = " ".join(
            element.text_content() for text in layout.body for element in CSSSelector(text, translator="html")(page)
        )
        assert re.sub(r"\W", "", lead) in re.sub(r"\W", "", story), entry["page"]


GOOD = """
id = "warta"
name = "Warta Pelangi"
home = "https://www.warta-pelangi.example/"
hosts = ["*.warta-pelangi.example"]

[addresses]
article = ['^/read/\\d+']

[[layouts]]
id = "2026"
body = [".isi"]
"""


def read(folder: Path, text: str) -> Outlets:
    (folder / "warta.toml").write_text(text, encoding="utf-8")
    return load_outlets(folder)


def test_a_good_profile_loads(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD).by_id["warta"].is_article("https://www.warta-pelangi.example/read/1")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("hosts =", "host =", ["key hosts", "required"]),
        ('home = "', 'hoem = ""\nhome = "', ["key hoem", "no such key"]),
        ('body = [".isi"]', 'boddy = [".isi"]\nbody = [".isi"]', ["key layouts.0.boddy", "no such key"]),
        ('body = [".isi"]', 'body = ["div[["]', ["key layouts.0.body.0", "'div[['", "not a CSS selector"]),
        (r"'^/read/\d+'", "'^/read/('", ["key addresses.article.0", "'^/read/('", "not a regular expression"]),
        ('id = "warta"', 'id = "koran"', ["key id", "'koran'", "file's name"]),
        ('name = "', "name = ", ["not valid TOML", "line 3"]),
    ],
)
def test_a_wrong_profile_is_named_by_file_and_key(tmp_path: Path, right: str, wrong: str, said: list[str]) -> None:
    with pytest.raises(BadInput) as caught:
        read(tmp_path, GOOD.replace(right, wrong, 1))
    message = str(caught.value)
    assert all(part in message for part in ("warta.toml", *said)), message
    assert "\n" not in message


def test_a_missing_outlet_is_told_with_those_that_exist() -> None:
    with pytest.raises(BadInput, match=r"no outlet 'kompaz'.*kompas"):
        OUTLETS.named(["kompaz"])


def test_profiles_say_what_is_uncertain() -> None:
    silent = [profile.id for profile in WEB.values() if not profile.note]
    assert silent == []


@pytest.mark.parametrize("name", ["inner-link-baca-juga", "link_bacajuga"])
def test_no_layout_drops_a_link_inside_a_sentence_for_its_class(name: str) -> None:
    page = html.fromstring(f"<div><p>Warga menyebut <a class='{name}' href='/x'>pasar lama</a> itu ramai.</p></div>")
    links = page.xpath("//a")
    for profile in OUTLETS.by_id.values():
        for layout in (*profile.layouts, *OUTLETS.platform_layouts):
            for selector in layout.drop:
                assert not set(CSSSelector(selector)(page)) & set(links), (profile.id, layout.id, selector)


def test_a_host_is_looked_up_as_all_patterns_would_say() -> None:
    """Among outlets that own a host the one that names it wins, then the first."""
    hosts = {"", ".", "localhost"}
    for pattern in (pattern for profile in OUTLETS.by_id.values() for pattern in profile.hosts):
        host = pattern.removeprefix("*.")
        hosts |= {pattern, host, f"m.{host}", f"a.b.{host}", f"x{host}", f"{host}.", host.partition(".")[2]}
    for host in hosts:
        found = [profile for profile in OUTLETS.by_id.values() if profile.owns(host)]
        assert OUTLETS.of_host(host) is min(found, key=lambda one: host not in one.hosts, default=None)
