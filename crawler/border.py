"""Where the crawler may go: to the hosts of its outlet, on the public internet.

The middleware judges the address that a request names. The resolver judges the addresses that a name has, in the
look-up of the very connection, so a name that changes its mind between two look-ups gains nothing.
"""

import logging
import socket
from ipaddress import AddressValueError, IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer

if TYPE_CHECKING:
    from crawler.spiders.news import NewsSpider

logger = logging.getLogger(__name__)

# All that IANA has given out for the public internet.
GLOBAL_UNICAST = IPv6Network("2000::/3")
# RFC 6052, section 2.1: the last 32 bits are an IPv4 address, which an IPv6-only network reaches in this way.
NAT64 = IPv6Network("64:ff9b::/96")


class NotOurs(IgnoreRequest):
    """An address on a host that is not the outlet's."""


class PrivateAddress(IgnoreRequest):
    """An address inside somebody's own network."""


class Border:
    """Keeps requests, redirects included, on the hosts of the outlet and out of private networks."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Refuse what is not the outlet's; raises NotOurs or PrivateAddress.

        The outlets of the newsstand are reached through its proxy on this machine.
        """
        spider: NewsSpider = self._crawler.spider  # type: ignore[assignment]
        host = urlsplit(request.url).hostname or ""
        if spider.profile.served_by != "newsstand" and is_private_host(host):
            raise PrivateAddress(f"{host} is no public address")
        if not spider.profile.owns(host):
            raise NotOurs(f"{host} is not a host of the outlet")


@implementer(IHostnameResolver)
class PublicResolver:
    """Looks a name up as the system does, and gives only what is public.

    The proxies that the environment names are exempt: they are the user's own. Nothing is kept from one look-up to
    the next.
    """

    def __init__(self, system: Any, own: frozenset[str]) -> None:
        self._system = system
        self._own = own
        self.refused: dict[str, str] = {}
        """Names whose last look-up gave a private address, each with that."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> "_Installed":
        """Wrap the resolver of the reactor."""
        return _Installed(cls(reactor.nameResolver, proxy_hosts(getproxies())), reactor)

    def resolveHostName(self, receiver: Any, name: str, *how: Any, **more: Any) -> Any:  # noqa: N802 - twisted's name
        """Look a name up, as `IHostnameResolver` has it; an address in figures is a name too."""
        self.refused.pop(name, None)
        sieve = receiver if name in self._own else _Sieve(receiver, name, self.refused)
        return self._system.resolveHostName(sieve, name, *how, **more)


class _Installed:
    """What Scrapy asks of a resolver's class."""

    def __init__(self, resolver: PublicResolver, reactor: Any) -> None:
        self._resolver = resolver
        self._reactor = reactor

    def install_on_reactor(self) -> None:
        self._reactor.installNameResolver(self._resolver)


@implementer(IResolutionReceiver)
class _Sieve:
    """Passes public addresses on."""

    def __init__(self, receiver: Any, name: str, refused: dict[str, str]) -> None:
        self._receiver = receiver
        self._name = name
        self._refused = refused

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if is_public(address.host):
            self._receiver.addressResolved(address)
            return
        self._refused[self._name] = address.host
        logger.warning("%s resolves to %s, which is no public address", self._name, address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self._receiver.resolutionComplete()


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the public internet; False for what is no address."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if ip in NAT64:
            return _is_public_v4(IPv4Address(int(ip) & 0xFFFFFFFF))
        # 6to4 and Teredo hide an IPv4 address, and nobody serves news there. Mapped ones lie outside.
        return ip in GLOBAL_UNICAST and ip.is_global and ip.sixtofour is None and ip.teredo is None
    return _is_public_v4(ip)


def is_private_host(host: str) -> bool:
    """Say whether the host of an address is, without a look-up, no public one."""
    name = host.removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761, section 6.3
        return True
    figures = _in_figures(name)
    return figures is not None and not is_public(figures)


def proxy_hosts(proxies: dict[str, str]) -> frozenset[str]:
    """Name the hosts of the proxies that the environment sets."""
    addresses = (value if "://" in value else f"//{value}" for value in proxies.values())
    return frozenset(host for address in addresses if (host := urlsplit(address).hostname))


def _is_public_v4(ip: IPv4Address) -> bool:
    return ip.is_global and not ip.is_multicast


def _in_figures(host: str) -> str | None:
    """Read a host that is an address in figures, one long number, octal and hexadecimal parts included."""
    try:
        return str(IPv6Address(host.partition("%")[0]))
    except AddressValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None
