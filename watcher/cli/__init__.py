"""The command ``watcher``: one module per group of commands; no decisions of its own."""
