"""The real process: it polls, delivers, reloads, stops, and comes back after being killed."""

from __future__ import annotations

import json
import signal
import subprocess
import time

from tests.end_to_end.conftest import FeedSite, Site, wait_until
from watcher.demo.mailbox import Mailbox

CAPTURE = "Rebels captured the village of Kafr Kalbin from Islamic State"
SECOND_CAPTURE = "Rebels captured the town of Akhtarin from Islamic State"
QUICKLY_S = 10


def _end(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=QUICKLY_S)


def test_news_on_the_feed_becomes_a_mail_and_sigterm_ends_cleanly(site: Site, feed: FeedSite, mailbox: Mailbox) -> None:
    feed.publish(CAPTURE)
    daemon = site.start()

    wait_until(lambda: len(mailbox.received) == 1, "the mail")

    (mail,) = mailbox.received
    assert "Kafr Kalbin" in mail.message["Subject"]
    assert mail.recipients == ("desk@example.org",)
    assert "captured" in mail.text
    assert "<mark" in mail.html
    assert _end(daemon) == 0
    assert site.events()[-1] == "service_stopped"


def test_a_restart_sends_nothing_twice(site: Site, feed: FeedSite, mailbox: Mailbox) -> None:
    feed.publish(CAPTURE)
    daemon = site.start()
    wait_until(lambda: len(mailbox.received) == 1, "the mail")
    _end(daemon)

    feed.publish(CAPTURE, SECOND_CAPTURE)
    _make_due(site)
    site.start()
    wait_until(lambda: len(mailbox.received) == 2, "the second mail")

    assert ["Akhtarin" in str(mail.message["Subject"]) for mail in mailbox.received] == [False, True]


def _make_due(site: Site) -> None:
    """Let a changed address make the feed due at once, as it does for a user."""
    text = (site.config / "feeds.yaml").read_text()
    (site.config / "feeds.yaml").write_text(text.replace("/rss'", "/rss?moved=1'"))


def test_what_was_owed_when_killed_is_sent_after_the_restart(site: Site, feed: FeedSite, mailbox: Mailbox) -> None:
    feed.publish(CAPTURE)
    working = (site.config / "channels.yaml").read_text()
    (site.config / "channels.yaml").write_text(working.replace(f":{mailbox.port}/", ":9/"))  # nobody listens there
    daemon = site.start()
    wait_until(lambda: "delivery_failed" in site.events(), "a failed delivery")
    daemon.send_signal(signal.SIGKILL)
    daemon.wait()

    (site.config / "channels.yaml").write_text(working)
    site.start()

    wait_until(lambda: len(mailbox.received) == 1, "the mail that was owed")


def test_bad_rules_are_refused_at_a_reload_and_the_former_stay_in_force(
    site: Site, feed: FeedSite, mailbox: Mailbox
) -> None:
    daemon = site.start()
    good = (site.rules / "watches.yaml").read_text()
    (site.rules / "watches.yaml").write_text(good.replace("severity: high", "severity: hihg", 1))

    daemon.send_signal(signal.SIGHUP)
    wait_until(lambda: "rules_rejected" in site.events(), "the refusal")

    (refusal,) = [line for line in site.log() if line["event"] == "rules_rejected"]
    assert "did you mean 'high'" in refusal["problems"][0]
    status = site.call("status", "--json")
    assert status.returncode == 1  # and the refused rules are the reason
    assert daemon.poll() is None

    (site.rules / "watches.yaml").write_text(good)
    feed.publish(CAPTURE)
    _make_due(site)
    daemon.send_signal(signal.SIGHUP)

    wait_until(lambda: "service_reloaded" in site.events(), "the reload")
    wait_until(lambda: len(mailbox.received) == 1, "the mail")


def test_sigterm_in_the_middle_of_a_slow_poll_ends_within_seconds(site: Site) -> None:
    started = time.monotonic()
    daemon = site.start()

    assert _end(daemon) == 0

    assert time.monotonic() - started < 2 * QUICKLY_S


def test_a_second_daemon_on_the_same_state_is_refused(site: Site) -> None:
    first = site.start()

    second = site.call("run")

    assert second.returncode == 1
    assert f"a daemon runs in {site.state} already: process {first.pid}" in second.stderr
    assert first.poll() is None


def test_status_says_what_is_wrong_and_when_all_is_well(site: Site, feed: FeedSite) -> None:
    never = site.call("status")
    assert never.returncode == 1
    assert "no database" in never.stderr

    daemon = site.start()
    wait_until(lambda: "feed_polled" in site.events(), "the first poll")
    well = site.call("status", "--json")
    assert json.loads(well.stdout)["troubles"] == []
    assert well.returncode == 0

    _end(daemon)
    stopped = site.call("status")
    assert stopped.returncode == 1
    assert "trouble: the daemon was stopped" in stopped.stdout


def test_once_runs_one_cycle_and_ends(site: Site, feed: FeedSite, mailbox: Mailbox) -> None:
    feed.publish(CAPTURE)

    result = site.call("once")

    assert result.returncode == 0, result.stderr
    assert result.stdout == "1 feeds polled, 0 failed, 1 new items; 1 digests composed, 1 messages sent, 0 not sent\n"
    assert len(mailbox.received) == 1


def test_why_leads_from_the_incident_to_sentence_rule_route_and_delivery(site: Site, feed: FeedSite) -> None:
    feed.publish(CAPTURE, "Fog delays ferries")
    site.call("once")

    why = site.call("why", "1")

    assert why.returncode == 0, why.stderr
    for needed in (CAPTURE, "rules/language/en.yaml:", "rules/watches.yaml:", "route desk", "channel desk-mail: sent"):
        assert needed in why.stdout


def test_why_not_names_the_step_that_held_an_item(site: Site, feed: FeedSite) -> None:
    feed.publish("Rebels vow to capture the village of Kafr Kalbin", "Fog delays ferries", SECOND_CAPTURE)
    site.call("once")
    listed = json.loads(site.call("feeds", "check", "wire", "--json").stdout)
    ids = {item["title"]: item["id"] for item in listed["items"]}

    vow = site.call("why-not", ids["Rebels vow to capture the village of Kafr Kalbin"])
    fog = site.call("why-not", ids["Fog delays ferries"])
    told = site.call("why-not", ids[SECOND_CAPTURE])

    assert "held: its status is prospective" in vow.stdout
    assert "route desk: opened, in digest" in told.stdout
    assert "desk-mail sent" in told.stdout
    assert "no finding" in fog.stdout
