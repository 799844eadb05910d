"""From messages to channels: the only user of Apprise, and the timing of retries."""
