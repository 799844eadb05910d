"""From a feed's URL to items: fetch, decode, parse, items; and when to poll next (polling)."""
