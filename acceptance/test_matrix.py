"""A digest reaches a room of a real Matrix homeserver (Synapse), and is read back through the client API."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.faults.desk import capture

if TYPE_CHECKING:
    from tests.faults.conftest import MakeDesk

PATIENCE_S = 120
PASSWORD = "p@ss/w:rd?"


@dataclass(frozen=True)
class Homeserver:
    """A homeserver on loopback and one user of it."""

    base: str
    port: int
    token: str

    def call(self, method: str, path: str, body: Any = None) -> Any:
        return _call(f"{self.base}/_matrix/client/v3{path}", method, body, self.token)


def _call(url: str, method: str = "GET", body: Any = None, token: str = "") -> Any:
    request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), method=method)
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _write_config(folder: Path, port: int) -> Path:
    secret = secrets.token_hex(16)
    config = folder / "homeserver.yaml"
    config.write_text(
        "\n".join(
            [
                "server_name: localhost",
                f"pid_file: {folder}/pid",
                "listeners:",
                f"  - {{port: {port}, type: http, tls: false, bind_addresses: ['127.0.0.1'],",
                "     resources: [{names: [client]}]}",
                f"database: {{name: sqlite3, args: {{database: '{folder}/homeserver.db'}}}}",
                f"media_store_path: {folder}/media",
                f"signing_key_path: {folder}/signing.key",
                f"registration_shared_secret: {secret}",
                f"macaroon_secret_key: {secret}",
                f"form_secret: {secret}",
                "report_stats: false",
                "trusted_key_servers: []",
                "rc_message: {per_second: 100, burst_count: 100}",
            ]
        )
    )
    return config


@pytest.fixture(scope="module")
def homeserver(servers: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    folder = tmp_path_factory.mktemp("synapse")
    port = _free_port()
    config = _write_config(folder, port)
    python = servers / "synapse" / "bin" / "python"
    command = [str(python), "-m", "synapse.app.homeserver", "-c", str(config)]
    subprocess.run([*command, "--generate-keys"], check=True, cwd=folder, capture_output=True)
    with (folder / "log").open("w") as log, subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as process:
        base = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{base}/_matrix/client/versions")
            register = [str(python.with_name("register_new_matrix_user")), "-u", "desk", "-p", PASSWORD, "--no-admin"]
            subprocess.run([*register, "-c", str(config), base], check=True, capture_output=True)
            login = {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": "desk"},
                "password": PASSWORD,
            }
            token = _call(f"{base}/_matrix/client/v3/login", "POST", login)["access_token"]
            yield Homeserver(base, port, token)
        finally:
            process.terminate()


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            _call(url)
        except (OSError, urllib.error.URLError):
            assert time.monotonic() < deadline, "the homeserver does not answer"
            time.sleep(0.5)
        else:
            return


def test_a_digest_is_read_back_from_a_matrix_room_as_it_was_sent(homeserver: Homeserver, make_desk: MakeDesk) -> None:
    room = homeserver.call("POST", "/createRoom", {"room_alias_name": "desk", "preset": "private_chat"})["room_id"]
    url = f"matrix://desk:{quote(PASSWORD, safe='')}@127.0.0.1:{homeserver.port}/#desk"
    desk = make_desk({"matrix": url})
    desk.publish([capture("Marea") + ", @room <b>خان طومان</b>"])

    desk.cycle()

    delivery = desk.deliveries()["matrix"]
    assert delivery.state.value == "sent", delivery.error
    events = homeserver.call("GET", f"/rooms/{quote(room)}/messages?dir=b&limit=20")["chunk"]
    bodies = [event["content"]["body"] for event in events if event["type"] == "m.room.message"]
    assert len(bodies) == 1
    sent = f"{delivery.message.subject}\n{delivery.message.text}"
    assert "".join(bodies[0].removeprefix("# ").replace("\u200b", "").split()) == "".join(
        sent.replace("\u200b", "").split()
    )
    assert "@room" not in bodies[0]


def _letters(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())
