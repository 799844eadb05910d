"""``watcher demo``: the daemon's own code on the feeds of seeds/, over loopback HTTP and SMTP, on a simulated clock."""
