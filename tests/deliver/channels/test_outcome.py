from __future__ import annotations

import pytest

from watcher.deliver.channels.outcome import LogLine, from_http_status, read_log
from watcher.model import SendResult


@pytest.mark.parametrize(
    ("permanent", "statuses"),
    [(True, (301, 400, 401, 403, 404, 410, 413)), (False, (408, 425, 429, 500, 502, 503, 504, 599))],
)
def test_client_errors_are_permanent_but_for_those_that_say_later(permanent: bool, statuses: tuple[int, ...]) -> None:
    assert {status: from_http_status(status, "").permanent for status in statuses} == dict.fromkeys(statuses, permanent)


def test_a_gateway_that_heard_nothing_may_have_passed_the_message_on() -> None:
    assert from_http_status(504, "").possible_repeat


def test_a_status_is_told_with_its_phrase_and_the_answer() -> None:
    assert from_http_status(400, "chat not found").detail == "HTTP 400 Bad Request: chat not found"
    assert from_http_status(599, "").detail == "HTTP 599"


CONNECTION = "HTTPConnectionPool(host='chat.example', port=443): "


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            [
                ("DEBUG", "Mattermost Payload: {'text': 'error=200'}"),
                ("WARNING", "Failed to send Mattermost notification: Page not found., error=404."),
                ("DEBUG", 'Response Details:\r\nb\'{"id":"no.hook.geheim"}\''),
            ],
            SendResult(ok=False, permanent=True, detail='HTTP 404 Not Found: {"id":"no.hook.***"}'),
        ),
        (
            [
                ("WARNING", "A Connection error occurred sending JSON notification to chat.example."),
                ("DEBUG", f"Socket Exception: {CONNECTION}Read timed out. (read timeout=4.0)"),
            ],
            SendResult(ok=False, detail=f"{CONNECTION}Read timed out. (read timeout=4.0)", possible_repeat=True),
        ),
        (
            [("DEBUG", f"Socket Exception: {CONNECTION}Max retries exceeded with url: /hooks/geheim (refused)")],
            SendResult(ok=False, detail=f"{CONNECTION}Max retries exceeded with url: /hooks/*** (refused)"),
        ),
        (
            [("DEBUG", "Socket Exception: ('Connection aborted.', RemoteDisconnected('...'))")],
            SendResult(ok=False, detail="('Connection aborted.', RemoteDisconnected('...'))", possible_repeat=True),
        ),
        (
            [("DEBUG", "Threaded notification mode"), ("WARNING", "There are no\n recipients, geheim")],
            SendResult(ok=False, detail="There are no recipients, ***"),
        ),
        ([], SendResult(ok=False, detail="Apprise tells no reason")),
        ([("WARNING", "x" * 1000)], SendResult(ok=False, detail="x" * 299 + "…")),
    ],
)
def test_the_log_lines_of_an_attempt_tell_what_became_of_it(lines: list[tuple[str, str]], expected: SendResult) -> None:
    told = [LogLine(level, text) for level, text in lines]

    assert read_log(told, lambda text: text.replace("geheim", "***")) == expected
