"""Which addresses are dialled."""

from __future__ import annotations

import socket
from ipaddress import ip_address, ip_network

import pytest

from watcher.feeds.fetch.addresses import RefusedAddressError, is_public, socket_factory


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("127.8.9.10", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("172.32.0.1", True),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # where clouds keep their secrets
        ("100.64.0.1", False),  # carrier-grade NAT
        ("192.0.2.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("239.1.1.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True),
        ("2002:7f00:1::", False),
        ("2002:808:808::", True),
    ],
)
def test_only_the_public_internet_is_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


def _info(address: str) -> tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int]]:
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))


def test_what_the_system_would_understand_but_we_do_not_is_refused() -> None:
    make_socket = socket_factory(private_hosts_allowed=False, allowed_networks=())

    with pytest.raises(RefusedAddressError) as caught:
        make_socket(_info("127.1"))

    assert str(caught.value) == "not dialled: 127.1 is a private or local address (see private_hosts_allowed)"


@pytest.mark.parametrize(
    ("allowed", "networks", "address"),
    [(True, (), "127.0.0.1"), (False, (ip_network("10.1.0.0/16"),), "10.1.2.3"), (False, (), "8.8.8.8")],
)
def test_allowed_addresses_get_a_socket(allowed: bool, networks: tuple[object, ...], address: str) -> None:
    make_socket = socket_factory(private_hosts_allowed=allowed, allowed_networks=networks)  # type: ignore[arg-type]

    with make_socket(_info(address)) as made:
        assert made.family == socket.AF_INET
