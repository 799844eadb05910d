"""The operator's configuration: watcher.yaml, feeds.yaml and channels.yaml, read once at start and at each reload."""

from watcher.config.load import load_config
from watcher.config.values import Alerts, Config, Housekeeping, Polling

__all__ = ["Alerts", "Config", "Housekeeping", "Polling", "load_config"]
