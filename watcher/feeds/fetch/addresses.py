"""Refuses to dial addresses inside our own network, so that no feed or redirect can reach what only we can reach.

Checked at the moment of dialling, for every hop: a check of names before that could be outwitted by a second answer of
the name server, or by spellings of an address such as "127.1".
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

REFUSED = "not dialled"  # how failures.py knows this refusal when several addresses failed together
_TRANSLATED = ip_network("64:ff9b::/96")  # NAT64: an IPv4 address in the last 32 bits (RFC 6052)

AddressInfo = tuple[Any, Any, int, str, tuple[Any, ...]]


class RefusedAddressError(OSError):
    """The address is private, and private addresses are not allowed."""


def socket_factory(
    *, private_hosts_allowed: bool, allowed_networks: Collection[IPv4Network | IPv6Network]
) -> Callable[[AddressInfo], socket.socket]:
    """Makes the sockets of a connector, except for private addresses; those in ``allowed_networks`` are excepted."""

    def make_socket(address_info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, address = address_info
        if not private_hosts_allowed and not _is_allowed(str(address[0]), allowed_networks):
            raise RefusedAddressError(
                f"{REFUSED}: {address[0]} is a private or local address (see private_hosts_allowed)"
            )
        return socket.socket(family, kind, protocol)

    return make_socket


def allowed_literal(
    *, private_hosts_allowed: bool, allowed_networks: Collection[IPv4Network | IPv6Network]
) -> Callable[[str], bool]:
    """Tells whether a host may be asked for through a proxy, which does the dialling: an address, if it is one."""

    def is_allowed(host: str) -> bool:
        try:
            ip_address(host)
        except ValueError:
            return private_hosts_allowed or host.rstrip(".").lower() != "localhost"
        return private_hosts_allowed or _is_allowed(host, allowed_networks)

    return is_allowed


def _is_allowed(text: str, allowed_networks: Collection[IPv4Network | IPv6Network]) -> bool:
    try:
        address = ip_address(text)
    except ValueError:  # "127.1", which the operating system would understand
        return False
    return is_public(address) or any(address in network for network in allowed_networks)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether ``address`` belongs to the public Internet, also the IPv4 address inside an IPv6 one if there is one."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _TRANSLATED:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
