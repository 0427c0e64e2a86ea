"""A daily schedule that is not about to come true while a test runs."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_HALF_A_DAY_OFF = datetime.now(ZoneInfo("Europe/Berlin")) + timedelta(hours=12)

#: Cron expression, in Berlin's time, of half a day from now.
NIGHTLY = f"15 {_HALF_A_DAY_OFF.hour} * * *"
