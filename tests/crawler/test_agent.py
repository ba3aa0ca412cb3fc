"""Who the crawler says it is."""

from pathlib import Path

import pytest

from crawler.agent import software, user_agent
from crawler.outlets import BadInput, Profile, load_outlets
from tests.crawler.odd import PROFILE


def profile(folder: Path, served_by: str) -> Profile:
    (folder / "odd.toml").write_text(PROFILE.replace('"newsstand"', f'"{served_by}"'))
    return load_outlets(folder).by_id["odd"]


@pytest.mark.parametrize(
    "contact",
    [
        "budi@kampus.ac.id",
        "budi.santosa+saring@kampus.ac.id",
        "https://saring.example/bot",
        "http://a.example:8080/?x=1",
    ],
)
def test_a_real_outlet_is_told_whom_to_write_to(tmp_path: Path, contact: str) -> None:
    assert user_agent(profile(tmp_path, "web"), f" {contact} ") == f"{software()} (+{contact})"


@pytest.mark.parametrize(
    "contact",
    [
        *("x", "saya", "@", "a@", "@b.example", "a@b", "a b@c.example", "a@1.2", "búdi@kampus.ac.id"),
        *("http://", "https://x", "ftp://a.example/", "http:///a", "https://a.example/(x)", "www.a.example"),
        *("budi@kampus.ac.id)", "a@b.example\r\nCookie: c"),
    ],
)
def test_nonsense_is_no_contact(tmp_path: Path, contact: str) -> None:
    with pytest.raises(BadInput, match="is neither a mail nor a web address; give one that reaches you"):
        user_agent(profile(tmp_path, "web"), contact)


@pytest.mark.parametrize("contact", ["", "  "])
def test_without_a_contact_no_real_outlet_is_asked(tmp_path: Path, contact: str) -> None:
    with pytest.raises(BadInput, match="odd is a real outlet and must know who crawls it; set SARING_CONTACT"):
        user_agent(profile(tmp_path, "web"), contact)


def test_the_newsstand_needs_no_contact(tmp_path: Path) -> None:
    assert user_agent(profile(tmp_path, "newsstand"), "") == f"{software()} (embedded newsstand)"
