"""The `--since` option's type: a date, a moment, or how long ago."""

import re
from datetime import datetime, timedelta

import click

_AGO = re.compile(r"(\d{1,6})\s*([hdw])", re.IGNORECASE)
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


class Since(click.ParamType[datetime]):
    """`2027-03-01`, `2027-03-01T12:00`, or `12h`, `7d`, `2w`."""

    name = "when"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The moment; one without a time zone is local time."""
        if isinstance(value, datetime):
            return value
        try:
            if found := _AGO.fullmatch(value.strip()):
                ago = timedelta(**{_UNITS[found.group(2).lower()]: int(found.group(1))})
                return datetime.now().astimezone() - ago
            return datetime.fromisoformat(value.strip()).astimezone()
        except (ValueError, OverflowError, OSError):
            self.fail(f"“{value[:40]}” is no date (2027-03-01) and no time ago (12h, 7d, 2w).", param, ctx)


SINCE = Since()
