"""Dates and lengths of time in plain English, the same in every reason that an officer reads.

Pure: no I/O; does not look at the locale.
"""

from __future__ import annotations

from datetime import date, timedelta

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def say_date(day: date) -> str:
    """Write a day out.

    >>> say_date(date(2016, 6, 8))
    '8 June 2016'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def say_weekday(day: date) -> str:
    """Write a day out with its weekday.

    >>> say_weekday(date(2016, 6, 8))
    'Wednesday 8 June 2016'
    """
    return f"{WEEKDAYS[day.weekday()]} {say_date(day)}"


def say_count(number: int, noun: str) -> str:
    """Write a number with its noun in the right form.

    >>> say_count(1, "outlet"), say_count(3, "outlet")
    ('1 outlet', '3 outlets')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def say_duration(duration: timedelta) -> str:
    """Write a length of time in its largest whole unit, rounded down.

    >>> say_duration(timedelta(minutes=90)), say_duration(timedelta(hours=50))
    ('90 minutes', '2 days')
    """
    seconds = int(duration.total_seconds())
    if seconds < 60:  # noqa: PLR2004 - seconds in a minute
        return say_count(seconds, "second")
    minutes = seconds // 60
    if minutes < 120 and minutes != 60:  # noqa: PLR2004 - "90 minutes" says more than "1 hour"
        return say_count(minutes, "minute")
    hours = minutes // 60
    if hours < 48:  # noqa: PLR2004 - and "36 hours" more than "1 day"
        return say_count(hours, "hour")
    return say_count(hours // 24, "day")
