import pytest

from crawler.newsstand.edition import Edition, open_edition
from crawler.newsstand.site import Site


@pytest.fixture(scope="session")
def edition() -> Edition:
    return open_edition()


@pytest.fixture(scope="session")
def site(edition: Edition) -> Site:
    return Site(edition)
