"""The examples in docs/channels.md are a configuration that loads, and each is a channel that can be sent to."""

from __future__ import annotations

import re
from pathlib import Path

from watcher.config import load_config
from watcher.deliver.channels import check_channel

DOCUMENT = Path(__file__).parents[3] / "docs" / "channels.md"
SECRETS = {
    "DESK_MAIL_USER": "watcher@example.org",
    "MATTERMOST_TOKEN": "abcdefghijklmnopqrstuvwx24",
    "MATRIX_USER": "watcher",
    "MATRIX_PASSWORD": "p@ss/w:rd?",
    "TELEGRAM_BOT": "123456789:abcdefg_hijklmnopqrstuvwxyz-1234567",
    "DISCORD_URL": "https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
    "SLACK_URL": "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "NTFY_TOKEN": "tk_abcdefghijklmnopqrstuvwxyz123",
    "GOTIFY_TOKEN": "Abcdefgh1234567",
    "ARCHIVE_AUTHORIZATION": "Bearer a&b+c",
}


def test_every_documented_channel_is_usable(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "channels.yaml").write_text(example, encoding="utf-8")
    (tmp_path / "watcher.yaml").write_text("version: 1\n", encoding="utf-8")
    (tmp_path / "feeds.yaml").write_text(
        "version: 1\nfeeds:\n  qalam: {name: Qalam, url: 'https://qalam.example/feed'}\n", encoding="utf-8"
    )
    (tmp_path / "desk-mail-password").write_text("p@ss/w:rd?\n", encoding="utf-8")

    config, problems = load_config(tmp_path, environment={**SECRETS, "CREDENTIALS_DIRECTORY": str(tmp_path)})

    assert problems == ()
    assert config is not None
    assert {channel.id: check_channel(channel) for channel in config.channels} == dict.fromkeys(config.channel_ids)
