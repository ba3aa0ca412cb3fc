"""The outlets, one TOML each: the one thing that crawler and curation both read."""

from crawler.outlets.bad_input import BadInput, read_toml
from crawler.outlets.profile import PROFILES, ZONES, Crawl, Layout, Outlets, Platform, Profile, load_outlets

__all__ = [
    "PROFILES",
    "ZONES",
    "BadInput",
    "Crawl",
    "Layout",
    "Outlets",
    "Platform",
    "Profile",
    "load_outlets",
    "read_toml",
]
