"""What the crawler's tests share."""

from collections.abc import Iterator

import pytest

from tests.crawler.odd import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve an outlet whose answers the test writes down."""
    with serving() as odd:
        yield odd
