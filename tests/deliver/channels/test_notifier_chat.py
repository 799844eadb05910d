"""Chats and webhooks through Apprise to a real HTTP server on loopback."""

from __future__ import annotations

import asyncio
import base64
import logging
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.telegram import NotifyTelegram

from watcher.deliver.channels import AppriseNotifier
from watcher.errors import StoreError
from watcher.model import Channel, ChannelId, DeliveryId, Message, SendResult

if TYPE_CHECKING:
    from tests.deliver.conftest import WebServer

MakeChannel = Callable[[str], Channel]
TOKEN = "abcdefghijklmnopqrstuvwx24"
DELIVERY = DeliveryId("d-1")
LONG = Message(
    subject="200 new",
    text="\n\n".join(f"Entry {number}: @everyone\nhttps://example.org/{number}" for number in range(200)),
    html="<p>all</p>",
)


def _notifier(channel: Channel, seconds: float = 5.0) -> AppriseNotifier:
    return AppriseNotifier([channel], timedelta(seconds=seconds))


def _send(notifier: AppriseNotifier, message: Message, *, possible_repeat: bool = False) -> SendResult:
    return asyncio.run(notifier.send(ChannelId("desk"), message, DELIVERY, possible_repeat=possible_repeat))


def _send_all(notifier: AppriseNotifier, message: Message, *, possible_repeat: bool = False) -> list[SendResult]:
    """Send every part, as the outbox does."""
    texts = notifier.lay_out(ChannelId("desk"), message)

    async def parts() -> list[SendResult]:
        return [
            await notifier.send(
                ChannelId("desk"),
                replace(message, text=text),
                DeliveryId(f"d-{number}"),
                possible_repeat=possible_repeat,
                number=(number, len(texts)),
            )
            for number, text in enumerate(texts, 1)
        ]

    return asyncio.run(parts())


def test_mattermost_gets_subject_and_text_as_one_post(
    web_server: WebServer, channel: MakeChannel, message: Message
) -> None:
    assert _send(_notifier(channel(f"mmost://{web_server.host}/{TOKEN}")), message) == SendResult(ok=True)

    (request,) = web_server.requests
    assert (request.method, request.path) == ("POST", f"/hooks/{TOKEN}")
    assert request.json["text"] == f"{message.subject}\r\n{message.text.rstrip()}"


def test_gotify_gets_subject_and_text_apart(web_server: WebServer, channel: MakeChannel, message: Message) -> None:
    assert _send(_notifier(channel(f"gotify://{web_server.host}/{TOKEN}")), message).ok

    (request,) = web_server.requests
    assert request.path == "/message"
    assert request.headers["X-Gotify-Key"] == TOKEN
    assert (request.json["title"], request.json["message"]) == (message.subject, message.text.rstrip())


def test_ntfy_gets_subject_and_text_apart(web_server: WebServer, channel: MakeChannel, message: Message) -> None:
    web_server.answer = b"{}"

    assert _send(_notifier(channel(f"ntfy://{web_server.host}/desk-topic")), message).ok

    (request,) = web_server.requests
    assert (request.json["topic"], request.json["title"]) == ("desk-topic", message.subject)
    assert request.json["message"] == message.text.rstrip()


def test_a_json_webhook_gets_subject_and_text_apart(
    web_server: WebServer, channel: MakeChannel, message: Message
) -> None:
    assert _send(_notifier(channel(f"json://{web_server.host}/hook")), message).ok

    (request,) = web_server.requests
    assert (request.json["title"], request.json["message"]) == (message.subject, message.text.rstrip())


@pytest.mark.parametrize(
    ("scheme", "path"), [("mmost", TOKEN), ("gotify", TOKEN), ("ntfy", "desk-topic"), ("json", "hook")]
)
@pytest.mark.parametrize(
    ("status", "permanent", "detail"),
    [
        (429, False, "HTTP 429 Too Many Requests: sorry"),
        (500, False, "HTTP 500 Internal Server Error: sorry"),
        (404, True, "HTTP 404 Not Found: sorry"),
    ],
)
def test_the_status_decides_between_later_and_never(
    scheme: str, path: str, status: int, permanent: bool, detail: str, web_server: WebServer, channel: MakeChannel,
    message: Message,
) -> None:  # fmt: skip
    web_server.statuses, web_server.answer = [status], b"sorry"

    result = _send(_notifier(channel(f"{scheme}://{web_server.host}/{path}?retry=2")), message)

    assert result == SendResult(ok=False, permanent=permanent, detail=detail)
    assert len(web_server.requests) == 1


def test_a_redirect_is_a_failure_for_following_it_would_lose_the_message(
    web_server: WebServer, channel: MakeChannel, message: Message
) -> None:
    web_server.statuses, web_server.headers = [301, 200], {"Location": "/elsewhere"}

    result = _send(_notifier(channel(f"json://{web_server.host}/hook?redirect=yes")), message)

    assert result == SendResult(ok=False, permanent=True, detail="HTTP 301 Moved Permanently: ok")
    assert [request.method for request in web_server.requests] == ["POST"]


def test_an_optional_channel_that_fails_has_failed(
    web_server: WebServer, channel: MakeChannel, message: Message
) -> None:
    web_server.statuses = [500]

    assert not _send(_notifier(channel(f"json://{web_server.host}/hook?optional=yes")), message).ok


def test_nobody_listening_is_temporary_and_surely_not_taken(channel: MakeChannel, message: Message) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    result = _send(_notifier(channel(f"mmost://127.0.0.1:{port}/{TOKEN}")), message)

    assert (result.ok, result.permanent, result.possible_repeat) == (False, False, False)
    assert "Connection refused" in result.detail
    assert "/hooks/***" in result.detail


def test_a_connection_dropped_without_answer_may_have_been_taken_and_the_retry_says_so(
    web_server: WebServer, channel: MakeChannel, message: Message
) -> None:
    web_server.hang_up = True
    notifier = _notifier(channel(f"json://{web_server.host}/hook"))

    result = _send(notifier, message)

    assert (result.ok, result.permanent, result.possible_repeat) == (False, False, True)
    web_server.hang_up = False
    assert _send(notifier, message, possible_repeat=True).ok
    assert [request.json["title"] for request in web_server.requests] == [
        message.subject,
        "[possible repeat] " + message.subject,
    ]


def test_a_slow_answer_is_unknown_at_the_deadline_and_spares_the_repeat_when_it_comes(
    web_server: WebServer, channel: MakeChannel, message: Message
) -> None:
    web_server.delay = 0.6
    notifier = _notifier(channel(f"json://{web_server.host}/hook"), seconds=0.2)

    async def attempts() -> tuple[SendResult, SendResult]:
        first = await notifier.send(ChannelId("desk"), message, DELIVERY)
        await asyncio.sleep(0.6)
        return first, await notifier.send(ChannelId("desk"), message, DELIVERY, possible_repeat=True)

    started = time.monotonic()
    first, second = asyncio.run(attempts())

    assert time.monotonic() - started < 1.5
    assert first == SendResult(
        ok=False, detail="no answer within 0.2 s, the channel may have taken it", possible_repeat=True
    )
    assert second == SendResult(ok=True, detail="taken by an earlier sending")
    assert len(web_server.requests) == 1


def test_the_read_timeout_of_a_url_is_kept(web_server: WebServer, channel: MakeChannel, message: Message) -> None:
    web_server.delay = 0.6

    result = _send(_notifier(channel(f"json://{web_server.host}/hook?rto=0.1")), message)

    assert result.possible_repeat
    assert "Read timed out" in result.detail


def test_a_long_text_goes_out_in_numbered_parts_without_live_mentions(
    web_server: WebServer, channel: MakeChannel
) -> None:
    assert all(result.ok for result in _send_all(_notifier(channel(f"mmost://{web_server.host}/{TOKEN}")), LONG))

    posts = [request.json["text"] for request in web_server.requests]
    assert [post.partition("\r\n")[0] for post in posts] == ["200 new (1/3)", "200 new (2/3)", "200 new (3/3)"]
    assert all(len(post) <= 4000 for post in posts)
    assert "@everyone" not in "".join(posts)
    entries = "\n\n".join(post.partition("\r\n")[2] for post in posts).split("\n\n")
    assert entries == LONG.text.replace("@", "@\u200b").split("\n\n")


def test_a_part_that_may_be_a_repeat_is_marked_and_numbered(web_server: WebServer, channel: MakeChannel) -> None:
    results = _send_all(_notifier(channel(f"mmost://{web_server.host}/{TOKEN}")), LONG, possible_repeat=True)

    assert all(result.ok for result in results)
    assert [request.json["text"].partition("\r\n")[0] for request in web_server.requests] == [
        "[possible repeat] 200 new (1/3)",
        "[possible repeat] 200 new (2/3)",
        "[possible repeat] 200 new (3/3)",
    ]


def test_what_the_channel_took_is_not_sent_again_by_the_same_process(
    web_server: WebServer, channel: MakeChannel, message: Message
) -> None:
    notifier = _notifier(channel(f"json://{web_server.host}/hook"))

    assert [_send(notifier, message).detail for _ in range(2)] == ["", "taken by an earlier sending"]
    assert len(web_server.requests) == 1


def test_what_cannot_be_noted_is_not_sent(web_server: WebServer, channel: MakeChannel, message: Message) -> None:
    def hand_over() -> None:
        raise StoreError("the disk is full")

    notifier = _notifier(channel(f"json://{web_server.host}/hook"))
    result = asyncio.run(notifier.send(ChannelId("desk"), message, DELIVERY, hand_over=hand_over))

    assert result == SendResult(ok=False, detail="not sent: the disk is full")
    assert web_server.requests == []


def test_a_format_that_is_refused_is_sent_once_more_without_markup(
    web_server: WebServer, channel: MakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NotifyTelegram, "notify_url", f"http://{web_server.host}/bot")
    web_server.statuses, web_server.answer = [400, 200], b'{"ok": true, "description": "can\'t parse entities"}'

    assert _send(
        _notifier(channel("tgram://123456789:abcdefg_hijklmnop/12315544/")), Message("1 new", "a < b & c", "")
    ).ok

    assert [request.json["text"] for request in web_server.requests] == [
        "<b>1 new</b>\r\na &lt; b &amp; c",
        "<b>1 new</b>\r\na ‹ b + c",
    ]


def test_arabic_text_stays_text_for_ntfy_which_would_make_a_file_of_a_long_one(
    web_server: WebServer, channel: MakeChannel
) -> None:
    web_server.answer = b"{}"
    message = Message("2 new", "\n\n".join(["سيطرت قوات المعارضة على خان طومان"] * 60), "")

    assert all(result.ok for result in _send_all(_notifier(channel(f"ntfy://{web_server.host}/desk-topic")), message))
    assert [request.method for request in web_server.requests] == ["POST", "POST"]
    assert all(len(request.json["message"].encode()) <= 4096 for request in web_server.requests)
    assert "\n\n".join(request.json["message"] for request in web_server.requests) == message.text


@pytest.mark.parametrize(
    "url",
    [
        "mmost://{host}/sekrittokensekrittoken",
        "gotify://{host}/sekrittoken",
        "ntfy://sekrituser:sekritword@{host}/topic",
        "json://sekrituser:sekritword@{host}/hook?+X-Api-Key=sekritheader&:field=sekritfield",
    ],
)
def test_no_secret_reaches_a_log_or_a_result(
    url: str, web_server: WebServer, channel: MakeChannel, message: Message, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    web_server.statuses = [400]
    notifier = _notifier(channel(url.format(host=web_server.host)))

    result = _send(notifier, message)
    (request,) = web_server.requests
    web_server.answer = " ".join([request.path, *request.headers.values()]).encode()
    echoed = _send(notifier, message)

    # caplog hangs on to Apprise's own logger too; what an operator sees is what reaches the root.
    visible = [record.getMessage() for record in caplog.records if record.name != "apprise"]
    secrets = ("sekrit", base64.b64encode(b"sekrituser:sekritword").decode())
    assert any(secret in web_server.answer.decode() for secret in secrets)
    assert not any(secret in " ".join([result.detail, echoed.detail, *visible]) for secret in secrets)
    assert not logging.getLogger("apprise").propagate


def test_telegram_and_discord_get_text_that_rings_nobody(
    web_server: WebServer, channel: MakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their plugins know one address only; it is set to our server."""
    monkeypatch.setattr(NotifyTelegram, "notify_url", f"http://{web_server.host}/bot")
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"http://{web_server.host}/discord")
    web_server.answer = b'{"ok": true}'
    message = Message("@everyone: 1 new", "a < b & _c_\n\n@here <@123>\nhttps://example.org/?a=1&b=2", "")

    assert _send(_notifier(channel("tgram://123456789:abcdefg_hijklmnop/12315544/")), message).ok
    assert _send(_notifier(channel("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js")), message).ok

    telegram, discord = web_server.requests
    assert telegram.json["parse_mode"] == "HTML"
    assert telegram.json["text"] == (
        "<b>@\u200beveryone: 1 new</b>\r\na &lt; b &amp; _c_\r\n\r\n@\u200bhere &lt;\u200b@\u200b123&gt;\r\n"
        "https://example.org/?a=1&amp;b=2"
    )
    assert discord.json == {
        "tts": False,
        "wait": True,
        "content": "@\u200beveryone: 1 new\r\na < b & _c_\n\n@\u200bhere <\u200b@\u200b123>\n"
        "https://example.org/?a=1&b=2",
    }


def test_an_unknown_channel_and_an_unknown_scheme_are_permanent_failures(
    channel: MakeChannel, message: Message
) -> None:
    notifier = _notifier(channel("pigeon://loft/7"))

    assert _send(notifier, message) == SendResult(ok=False, detail="unusable channel: unknown scheme 'pigeon'")
    assert asyncio.run(notifier.send(ChannelId("other"), message, DELIVERY)) == SendResult(
        ok=False, detail="no usable channel 'other' is set up"
    )
