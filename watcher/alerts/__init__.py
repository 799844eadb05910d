"""From incidents to messages: routes, digests, rendering. Pure."""
