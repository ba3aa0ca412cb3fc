"""What the crawler's tests share."""

from collections.abc import Iterator

import pytest

from tests.crawler.odd import Site, serving


@pytest.fixture(scope="session", autouse=True)
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let spider processes keep bytecode, also where the environment forbids it: each would compile Scrapy anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("bytecode")))
        yield


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve an outlet whose answers the test writes down."""
    with serving() as odd:
        yield odd
