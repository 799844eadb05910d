"""Whole items that are copies of earlier ones: found by a sketch, judged by what they say. Pure."""
