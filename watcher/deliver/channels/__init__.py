"""The way out: sends messages to channels. The only user of Apprise; it decides nothing about when or how often.

``notifier`` sends, with ``mail`` as its own e-mail sender; ``parts`` fits a text to a chat, ``outcome`` reads what
became of a sending, ``scrub`` keeps secrets out of both.
"""

from watcher.deliver.channels.notifier import AppriseNotifier, check_channel

__all__ = ["AppriseNotifier", "check_channel"]
