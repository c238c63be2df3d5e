"""Fetches one page from the web, when a person asks for it: http and https, within limits, never from inside a network.

The name in an address is looked up once; the addresses that come back are checked, and one of them is connected to. So
neither a redirect nor a name that changes its address meanwhile leads to a machine that only this one can reach.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from corpus.errors import UnreadableDocument

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Allowed = Callable[[Address], bool]

MAXIMUM_BYTES = 50_000_000
SECONDS = 60.0
_REDIRECTS = 5
_MOVED = (301, 302, 303, 307, 308)
_CHUNK = 1 << 16
_LONGEST_ADDRESS = 2_000
_AGENT = "sourcebook (fetches single pages on request)"
_LATE = "{} did not answer in full within {:.0f} seconds"
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Fetched:
    """The bytes of a page, the address that they finally came from, and the media type that the server named."""

    url: str
    data: bytes
    media_type: str


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet, also when it stands for another one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo is not None or address in _NAT64:
            return False
        if inner is not None:
            return is_public(inner)
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def fetch(
    url: str, *, allowed: Allowed = is_public, seconds: float = SECONDS, limit: int = MAXIMUM_BYTES
) -> Fetched:
    """Fetch a page; redirects are followed, each one checked like the first address.

    Raises UnreadableDocument, with a sentence, for every reason for which there is no page.
    """
    until = time.monotonic() + seconds
    here = _parsed(url)
    for _ in range(_REDIRECTS + 1):
        shown = urlunsplit(here)
        try:
            moved, fetched = _request(here, allowed, until, limit)
        except TimeoutError as error:
            raise UnreadableDocument(
                f"{shown} did not answer in full within {seconds:.0f} seconds"
            ) from error
        except ssl.SSLError as error:
            reason = getattr(error, "verify_message", "") or error.reason or "unknown reason"
            raise UnreadableDocument(
                f"{shown} has no valid certificate or speaks no TLS: {reason}"
            ) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            if time.monotonic() >= until:
                raise UnreadableDocument(_LATE.format(shown, seconds)) from error
            raise UnreadableDocument(f"{shown} cannot be fetched: {error or type(error).__name__}") from error
        if fetched is not None:
            return fetched
        there = _parsed(urljoin(shown, moved))
        if here.scheme == "https" and there.scheme == "http":
            raise UnreadableDocument(
                f"{shown} leads from https to http ({urlunsplit(there)}); that is not followed"
            )
        here = there
    raise UnreadableDocument(f"{url} leads on more than {_REDIRECTS} times; give the final address")


def _parsed(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UnreadableDocument(f"{url[:200]!r} is no address: {error}") from error
    if parts.scheme not in ("http", "https"):
        raise UnreadableDocument(f"{url[:200]!r} cannot be fetched; only http:// and https:// addresses can")
    if (
        not parts.hostname
        or len(url) > _LONGEST_ADDRESS
        or any(ord(sign) <= 32 or ord(sign) == 127 for sign in url)
    ):
        raise UnreadableDocument(f"{url[:200]!r} is no address of a page")
    if parts.username is not None or parts.password is not None:
        raise UnreadableDocument(
            "an address with a user name or password in it is not fetched; save the page as a file"
        )
    if port == 0:
        raise UnreadableDocument(f"{url[:200]!r} is no address of a page")
    return parts._replace(fragment="")


def _request(parts: SplitResult, allowed: Allowed, until: float, limit: int) -> tuple[str, Fetched | None]:
    """Where the page has moved to, or the page."""
    assert parts.hostname is not None
    host = parts.hostname
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = http.client.HTTPConnection(host, port)
    stream = connection.sock = _connected(host, port, parts.scheme == "https", allowed, until)
    alarm = threading.Timer(_left(until), _cut, [stream])  # a server may say little by little, and never end
    alarm.daemon = True
    alarm.start()
    try:
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        headers = {
            "User-Agent": _AGENT,
            "Accept-Encoding": "identity",
            "Accept": "*/*",
            "Connection": "close",
        }
        connection.request("GET", _ascii(target), headers=headers)
        connection.sock.settimeout(_left(until))
        response = connection.getresponse()
        if response.status in _MOVED and (place := response.getheader("Location")):
            return place, None
        if response.status != 200:
            raise UnreadableDocument(
                f"{urlunsplit(parts)} answers {response.status} {response.reason}".rstrip()
            )
        if response.getheader("Content-Encoding", "identity").lower() != "identity":
            raise UnreadableDocument(
                f"{urlunsplit(parts)} answers only with compressed content; save it as a file"
            )
        data = _body(response, stream, urlunsplit(parts), until, limit)
        media_type = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
        return "", Fetched(urlunsplit(parts), data, media_type)
    finally:
        alarm.cancel()
        connection.close()
        stream.close()


def _cut(stream: socket.socket) -> None:
    with contextlib.suppress(OSError):
        stream.shutdown(socket.SHUT_RDWR)


def _body(
    response: http.client.HTTPResponse, connection: socket.socket, shown: str, until: float, limit: int
) -> bytes:
    said = response.getheader("Content-Length") or ""
    data = bytearray()
    while len(data) <= limit and not (said.isdigit() and int(said) > limit):
        connection.settimeout(_left(until))
        part = response.read1(_CHUNK)
        if not part:
            if response.length:
                raise UnreadableDocument(f"{shown} broke off after {len(data):,} bytes; try again")
            return bytes(data)
        data += part
    raise UnreadableDocument(f"{shown} has more than {limit:,} bytes, the most that are fetched")


def _connected(host: str, port: int, secure: bool, allowed: Allowed, until: float) -> socket.socket:
    """A connection to one of the host's addresses, all of which were checked."""
    addresses = _addresses(host, port)
    for address in addresses:
        if not allowed(address):
            raise UnreadableDocument(
                f"{host} is {address}, which is not on the public internet; such pages are not fetched. Save it as a file"
            )
    error: OSError | None = None
    for address in addresses:
        try:
            plain = socket.create_connection((str(address), port), timeout=_left(until))
        except TimeoutError:
            raise
        except OSError as failed:
            error = failed
            continue
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
    raise error or OSError("it has no address")


def _addresses(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise UnreadableDocument(f"there is no machine named {host!r} to fetch a page from") from error
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _ascii(target: str) -> str:
    from urllib.parse import quote

    return quote(target, safe="/?&=%:@!$'()*+,;~-._[]#")
