"""A headline made to break out of its place, and a digest that is far too long for its channel."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from apprise.plugins.discord import NotifyDiscord

from tests.faults.desk import capture
from watcher.model import ChannelId, Digest, DigestId, Message, RouteId
from watcher.problems import new_delivery
from watcher.sending import deliver_due
from watcher.store.alerts import put_in_digest
from watcher.store.outbox import add_delivery, list_deliveries

if TYPE_CHECKING:
    import pytest

    from tests.deliver.conftest import MailServer, WebServer
    from tests.faults.conftest import MakeDesk

NOW = datetime(2016, 6, 9, 6, 0, tzinfo=UTC)
HOSTILE = (
    capture("Marea")
    + ", @everyone <script>alert(1)</script> {{ 7*7 }} {% raise %} \u202eevil\u202c \u2066\x07<!channel> [x](http://evil)"
)
LIVE = ("@everyone", "<script", "<!channel>", "](http", "\u202e", "\u202c", "\u2066", "\x07", "49 {%")


def test_a_hostile_headline_reaches_mail_and_chat_as_harmless_text(
    mail_server: MailServer, web_server: WebServer, make_desk: MakeDesk
) -> None:
    desk = make_desk({"mail": mail_server.url(), "chat": f"json://{web_server.host}/hook"})
    desk.publish([HOSTILE])

    desk.cycle()

    (mail,) = mail_server.received
    (post,) = web_server.requests
    shown = (mail.message["Subject"], mail.text, mail.html, post.json["title"], post.json["message"])
    assert [(live, text) for live in LIVE for text in shown if live in text] == []
    assert "{{ 7*7 }}" in mail.text


def test_four_hundred_entries_reach_a_channel_of_two_thousand_characters_part_by_part(
    web_server: WebServer, make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"http://{web_server.host}/discord")
    monkeypatch.setattr("watcher.deliver.channels.destination.LONGEST_PAUSE", timedelta(0))
    desk = make_desk({"chat": "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"})
    text = "\n\n".join(
        f"HIGH | Place {number} (Azaz district, Aleppo province)\nRebels captured Place {number}.\n"
        f"Sources: reported by 2 outlets: Crescent Wire, Levant Post\n  https://wire.example/{number}"
        for number in range(400)
    )
    digest = Digest(DigestId("d1"), RouteId("desk"), NOW, "at once", "rules-1", ())
    with desk.database.writing() as session:
        put_in_digest(session, digest, ())
        add_delivery(session, new_delivery(digest, ChannelId("chat"), Message("400 new", text, ""), NOW))

    web_server.statuses = [204, 204, 500, 204]  # the third post fails, and is sent again alone
    for _ in range(5):
        asyncio.run(deliver_due(desk.ports, desk.setup))
        desk.clock.advance(timedelta(minutes=1))

    posts = [request.json["content"] for request in web_server.requests]
    assert all(len(post) <= 2000 for post in posts)
    total = len(posts) - 1
    titles = Counter(post.partition("\r\n")[0] for post in posts)
    assert titles == Counter(f"400 new ({number}/{total})" for number in (3, *range(1, total + 1)))
    by_number = {post.partition("\r\n")[0]: post.partition("\r\n")[2] for post in posts}
    assert "\n\n".join(by_number[f"400 new ({number}/{total})"] for number in range(1, total + 1)) == text
    with desk.database.reading() as session:
        assert {delivery.state.value for delivery in list_deliveries(session, 1000)} == {"sent"}
