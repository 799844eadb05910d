"""From findings to incidents: which reports tell of one event. Pure."""
