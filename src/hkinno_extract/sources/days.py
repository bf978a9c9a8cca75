"""Days of issue: Hong Kong's, as feeds, APIs and people write them.

In: stamps. Out: dates and spans of them. Look first at `Window`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from hkinno_extract.errors import UsageError

HONG_KONG = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Window:
    """Days, first and last included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise UsageError(f"{self.first} is after {self.last}", remedy="Give the earlier day first.")

    def days(self) -> list[date]:
        """Its days, the earliest first."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def has(self, day: date | None) -> bool:
        """Whether `day` is in it; a release without a date always is."""
        return day is None or self.first <= day <= self.last


def day_of(stamp: str) -> date | None:
    """The day of a stamp in ISO 8601 or in the form of feeds; in Hong Kong's time where it has a zone.

    >>> day_of("2024-10-16"), day_of("Wed, 16 Oct 2024 23:33:04 GMT"), day_of("soon")
    (datetime.date(2024, 10, 16), datetime.date(2024, 10, 17), None)
    """
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(stamp.strip())
        except (ValueError, TypeError):
            continue
        return moment.astimezone(HONG_KONG).date() if moment.tzinfo else moment.date()
    return None


def parse_day(text: str) -> date:
    """A day in ISO 8601. Raises UsageError."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no day", remedy="Write it as 2024-12-31.") from error
