"""The heart: from an item's text to findings. Pure: no I/O, no clock, no SQL."""
