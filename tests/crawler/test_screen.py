"""What a person sees of a crawl."""

from io import StringIO

from rich.console import Console

from crawler.screen import print_tallies, watching
from crawler.tally import Tally


def test_elsewhere_than_on_a_terminal_each_turn_is_one_line() -> None:
    out = StringIO()
    with watching(Console(file=out, width=80), ["warta"]) as watch:
        for tally in (
            Tally(found=1),
            Tally(found=9),
            Tally(wanted=9, done=1),
            Tally(wanted=9, done=2),
            Tally(wanted=9, archived=12, errors={"404": 1}, reason="finished"),
        ):
            watch("warta", tally)
    assert out.getvalue().splitlines() == [
        "warta: reading robots.txt, sitemaps, feeds and listings",
        "warta: 9 articles to fetch",
        "warta: 12 responses archived, errors: 1 × 404",
    ]


def test_on_a_terminal_there_is_a_bar_an_outlet() -> None:
    out = StringIO()
    console = Console(file=out, width=100, force_terminal=True)
    with watching(console, ["warta", "kabar"]) as watch:
        watch("warta", Tally(found=4))
        watch("warta", Tally(wanted=9, done=3, errors={"404": 1}))
    assert "3/9" in out.getvalue()
    assert "errors 1 × 404" in out.getvalue()
    assert "kabar" in out.getvalue()
    assert "waiting" in out.getvalue()


def test_the_table_names_outlets_in_full_and_their_troubles_below() -> None:
    out = StringIO()
    tallies = {
        "catatanlembayung": Tally(found=12, known=2, fetched=20, archived=18, unchanged=2, barred=1),
        "warta": Tally(errors={"503": 2, "404": 1}, notes=["peta.xml: [rusak]"], trouble="tidak ada"),
    }
    print_tallies(Console(file=out, width=100), tallies)
    lines = [line.split() for line in out.getvalue().splitlines() if line.strip()]
    assert lines[0] == ["outlet", "found", "known", "fetched", "archived", "same", "barred", "errors"]
    assert ["catatanlembayung", "12", "2", "20", "18", "2", "1"] in lines
    assert "1 × 404, 2 × 503" in out.getvalue()
    assert out.getvalue().endswith("warta: peta.xml: [rusak].\nwarta is not crawled whole: tidak ada.\n")
