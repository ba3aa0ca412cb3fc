"""What a person sees of a crawl."""

from io import StringIO

from rich.console import Console

from crawler.screen import print_coverage, print_tallies, watching
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
    console = Console(file=out, width=140, force_terminal=True)
    with watching(console, ["warta", "kabar"]) as watch:
        watch("warta", Tally(found=4))
        watch("warta", Tally(wanted=9, done=3, errors={"404": 1}, bytes=123_456, delay=2.5))
    assert "3/9" in out.getvalue()
    assert "123 kB, 1 errors, 6 queued, every 2.5 s" in out.getvalue()
    assert "kabar" in out.getvalue()
    assert "waiting" in out.getvalue()


def test_the_table_names_outlets_in_full_and_their_troubles_below() -> None:
    out = StringIO()
    tallies = {
        "catatanlembayung": Tally(found=12, known=2, fetched=20, archived=18, unchanged=2, barred=1, bytes=4100),
        "warta": Tally(errors={"503": 2, "404": 1}, notes=["peta.xml: [rusak]"], trouble="tidak ada"),
    }
    print_tallies(Console(file=out, width=100), tallies)
    lines = [line.split() for line in out.getvalue().splitlines() if line.strip()]
    assert lines[0] == ["outlet", "found", "known", "fetched", "archived", "same", "barred", "kept", "errors"]
    assert ["catatanlembayung", "12", "2", "20", "18", "2", "1", "4", "kB", "0"] in lines
    last = "warta: errors 1 × 404, 2 × 503.\nwarta: peta.xml: [rusak].\nwarta is not crawled whole: tidak ada.\n"
    assert out.getvalue().endswith(last)


def covered(day: str, estimated: float | None, **named: int) -> dict[str, object]:
    together = max(named.values())
    states = {"archived": together - 1, "moved": 0, "barred": 0, "gone": 1, "failed": 0, "queued": 0}
    return {"day": day, "named": named, "together": together, "estimated": estimated} | states


def coverage_of(tallies: dict[str, Tally]) -> list[list[str]]:
    out = StringIO()
    print_coverage(Console(file=out, width=160), tallies)
    return [line.split() for line in out.getvalue().splitlines() if line.strip()]


def test_the_days_of_one_outlet_stand_by_themselves_while_they_are_few() -> None:
    days = [covered("2026-11-04", 4.5, sitemap=4, feed=2), covered("2026-11-03", None, sitemap=3)]
    lines = coverage_of({"warta": Tally(coverage=days)})
    assert lines[0][-3:] == ["2026-11-03", "to", "2026-11-04:"]
    assert lines[1] == ["day", "sitemap", "feed", "named", "about", "archived", "missing"]
    assert ["2026-11-04", "4", "2", "4", "4.5", "3", "1"] in lines
    assert ["2026-11-03", "3", "3", "2", "1"] in lines


def test_many_days_and_many_outlets_are_folded() -> None:
    month = [covered(f"2026-11-{day:02}", 2.5, listing=2) for day in range(1, 31)]
    lines = coverage_of({"warta": Tally(coverage=month)})
    assert lines[3:] == [["all", "days", "60", "60", "75.0", "30", "30"]]
    both = coverage_of({"warta": Tally(coverage=month[:2]), "kabar": Tally(coverage=[covered("", 1, listing=1)])})
    assert [line[0] for line in both[3:]] == ["warta", "kabar"]
    assert coverage_of({"warta": Tally()}) == []


def test_the_tables_of_the_newsstand_fit_a_terminal() -> None:
    """Eighty columns, four kinds of source, and numbers as large as those of a year."""
    named = {"sitemap": 51234, "feed": 251, "listing": 51000, "api": 512}
    tallies = {
        "catatanlembayung": Tally(
            9999, 9999, 0, 0, 99999, 99999, 99, 1_900_000_000, coverage=[covered("", 51234.5, **named)]
        ),
        "warta": Tally(),
    }
    out = StringIO()
    print_tallies(Console(file=out, width=80), tallies)
    assert "…" not in out.getvalue()
    assert all(len(line) <= 80 for line in out.getvalue().splitlines())
