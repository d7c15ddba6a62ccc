"""The times of schedules, as local clocks have them: the first part of the program that runs them (scheduler.py)."""

import sys
from datetime import date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

# Eight years: those between two days that a leap year has alone.
LONGEST_DAYS = 366 * 8 + 2
WRONG = 78


def say(text: str) -> None:
    print(text, flush=True)


class Calendar:
    """Times by their parts: minutes, hours, days, months, weekdays; either: a day or a weekday is enough."""

    def __init__(self, parts: dict, zone: tzinfo) -> None:
        self.minutes, self.hours, self.days, self.months, self.weekdays = (
            parts[name] for name in ("minutes", "hours", "days", "months", "weekdays")
        )
        self.either, self.zone = parts["either"], zone

    def has_day(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        is_day, is_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return is_day or is_weekday if self.either else is_day and is_weekday

    def after(self, moment: int) -> int:
        """The first time after a moment, in seconds.

        One that the clock skips comes as much later; one that it has twice comes once.
        """
        return self.each_hour(moment) if len(self.hours) == 24 else self.some_hours(moment)

    def each_hour(self, moment: int) -> int:
        """What comes in every hour comes in the hours that the clock has twice, too."""
        at, last = moment // 60 * 60 + 60, moment + LONGEST_DAYS * 86_400
        while at < last:
            local = datetime.fromtimestamp(at, self.zone)
            if not self.has_day(local.date()):
                at = max(at + 60, self.instant(local.date() + timedelta(days=1), 0, 0))
            elif local.minute in self.minutes:
                return at
            else:
                at += 60
        raise ValueError("a time that never comes")

    def some_hours(self, moment: int) -> int:
        day = datetime.fromtimestamp(moment, self.zone).date()
        for _ in range(LONGEST_DAYS):
            if self.has_day(day):
                times = [self.instant(day, hour, minute) for hour in self.hours for minute in self.minutes]
                later = [each for each in times if each > moment]
                if later:
                    return min(later)
            day += timedelta(days=1)
        raise ValueError("a time that never comes")

    def instant(self, day: date, hour: int, minute: int) -> int:
        return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone).timestamp())


def zone_of(name: str) -> tzinfo:
    try:
        return timezone.utc if name == "UTC" else ZoneInfo(name)
    except Exception:
        say(f"timeZone: expected one that the image has in /usr/share/zoneinfo, got {name}; install tzdata")
        sys.exit(WRONG)
