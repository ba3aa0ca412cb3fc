"""Where the crawler may go."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IHostnameResolver, IReactorPluggableNameResolver
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock
from zope.interface import implementer

from crawler.border import Border, NotOurs, PrivateAddress, PublicResolver, is_private_host, is_public, proxy_hosts
from crawler.outlets import load_outlets
from tests.crawler.odd import HOME, PROFILE

PUBLIC = ["8.8.8.8", "203.0.114.1", "2606:4700::1111", "64:ff9b::808:808"]
PRIVATE = [
    *("0.0.0.0", "127.0.0.1", "127.255.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("100.64.0.1", "169.254.169.254", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1"),
    *("::ffff:10.0.0.1", "::ffff:8.8.8.8", "::10.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::8.8.8.8"),
    *("2002:7f00:1::", "2002:808:808::", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
    *("", "sesuatu", "1.2.3"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    ("host", "private"),
    [
        *((host, True) for host in ("localhost", "localhost.", "www.localhost", "127.0.0.1", "127.0.0.1.", "127.1")),
        *((host, True) for host in ("2130706433", "0x7f000001", "0177.0.0.1", "0x7f.0.0.1", "0", "0.0.0.0")),
        *((host, True) for host in ("::", "::1", "::ffff:10.0.0.1", "fe80::1%eth0", "64:ff9b::7f00:1")),
        *((host, False) for host in ("8.8.8.8", "134744072", "0x08080808", "2606:4700::1111")),
        *((host, False) for host in ("www.odd.example", "10.0.0.1.odd.example", "", "localhost.example")),
    ],
)
def test_hosts_that_need_no_look_up(host: str, private: bool) -> None:
    assert is_private_host(host) is private


def test_the_proxies_of_the_environment() -> None:
    proxies = {"http": "http://nama:sandi@proksi.example:3128", "https": "10.0.0.9:8080", "no": "localhost,.example"}
    assert proxy_hosts(proxies) >= {"proksi.example", "10.0.0.9"}
    assert proxy_hosts({"http": ""}) == frozenset()


def border(folder: Path, served_by: str, hosts: str = '"www.odd.example"') -> Border:
    text = PROFILE.replace('served_by = "newsstand"', f'served_by = "{served_by}"').replace('"www.odd.example"', hosts)
    (folder / "odd.toml").write_text(text)
    load_outlets.cache_clear()
    spider: Any = SimpleNamespace(profile=load_outlets(folder).by_id["odd"])
    crawler: Any = SimpleNamespace(spider=spider)
    return Border(crawler)


def test_requests_stay_on_the_hosts_of_the_outlet(tmp_path: Path) -> None:
    own = border(tmp_path, "web")
    own.process_request(Request(f"{HOME}/read/1"))
    for address in ("http://odd.example/", "http://8.8.8.8/", "http://www.odd.example.lain.example/"):
        with pytest.raises(NotOurs):
            own.process_request(Request(address))
    with pytest.raises(NotOurs, match=r"lain\.example is not a host"):
        own.process_request(Request("http://www.odd.example@lain.example/"))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost.", "[::]", "[::1]", "[::ffff:10.0.0.1]", "0.0.0.0", "10.0.0.1", "2130706433"]
)
def test_no_profile_opens_a_private_address(tmp_path: Path, host: str) -> None:
    hosts = f'"{host.strip("[]")}", "www.odd.example"'
    with pytest.raises(PrivateAddress, match="is no public address"):
        border(tmp_path, "web", hosts).process_request(Request(f"http://{host}/read/1"))


def test_but_the_newsstands(tmp_path: Path) -> None:
    border(tmp_path, "newsstand", '"127.0.0.1"').process_request(Request("http://127.0.0.1/read/1"))
    with pytest.raises(NotOurs):
        border(tmp_path, "newsstand").process_request(Request("http://127.0.0.1/read/1"))


@implementer(IHostnameResolver)
class System:
    """A resolver that gives each time the next answer."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def resolveHostName(self, receiver: Any, name: str, portNumber: int = 0, *_: Any, **__: Any) -> Any:  # noqa: N802, N803
        self.asked.append(name)
        receiver.resolutionBegan(self)
        for address in self.answers.pop(0):
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, portNumber))
        receiver.resolutionComplete()


@implementer(IReactorPluggableNameResolver)
class Reactor(MemoryReactorClock):
    """A reactor that connects nowhere and remembers where it should have."""

    def __init__(self, resolver: PublicResolver) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.nameResolver = resolver

    def connected_to(self) -> list[str]:
        return [str(client[0]) for client in self.tcpClients]


def connect(resolver: PublicResolver, name: str) -> tuple[list[str], list[Any]]:
    """Connect as an HTTP agent does; gives the addresses connected to and the failures."""
    reactor, failures = Reactor(resolver), []
    deferred = HostnameEndpoint(reactor, name, 80).connect(Factory())
    deferred.addErrback(failures.append)
    reactor.advance(1)
    return reactor.connected_to(), [failure.value for failure in failures]


def test_only_public_addresses_of_a_name_are_connected_to(caplog: pytest.LogCaptureFixture) -> None:
    resolver = PublicResolver(System(("10.0.0.1", "93.184.215.14", "::1", "2606:4700::1111")), frozenset())
    assert connect(resolver, "www.odd.example")[0] == ["93.184.215.14", "2606:4700::1111"]
    assert "www.odd.example resolves to 10.0.0.1, which is no public address" in caplog.text


@pytest.mark.parametrize("address", [address for address in PRIVATE if "." in address or ":" in address][:-1])
def test_a_name_that_leads_inside_is_no_name(address: str) -> None:
    resolver = PublicResolver(System((address,)), frozenset())
    connected, failures = connect(resolver, "www.odd.example")
    assert connected == []
    assert isinstance(failures[0], DNSLookupError)
    assert resolver.refused == {"www.odd.example": address}


def test_a_name_that_changes_its_mind_gains_nothing() -> None:
    """The look-up that is judged is the one whose answer is connected to."""
    resolver = PublicResolver(System(("93.184.215.14",), ("127.0.0.1",), ("93.184.215.14",)), frozenset())
    assert connect(resolver, "goyah.example") == (["93.184.215.14"], [])
    assert connect(resolver, "goyah.example")[0] == []
    assert "goyah.example" in resolver.refused
    assert connect(resolver, "goyah.example")[0] == ["93.184.215.14"]
    assert resolver.refused == {}


def test_addresses_in_figures_go_through_the_same_sieve() -> None:
    resolver = PublicResolver(System(("127.0.0.1",)), frozenset())
    assert connect(resolver, "127.0.0.1")[0] == []


def test_the_users_own_proxy_may_be_anywhere() -> None:
    resolver = PublicResolver(System(("10.0.0.9",)), frozenset({"proksi.example"}))
    assert connect(resolver, "proksi.example") == (["10.0.0.9"], [])
