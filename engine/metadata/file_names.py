"""The time that a file's name states: cameras, phones, messengers and screenshots put it there."""

import re
from datetime import datetime

# IMG_20190704_101112, 2019-07-04 10.11.12, Screenshot 2019-07-04 at 10.11.12, VID-20190704-WA0001
_DATE = r"(?<!\d)(19[89]\d|20\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])"
_TIME = r"(?:(?:[-_. T]| at | um | à | o )?([01]\d|2[0-3])[-_.:h]?([0-5]\d)[-_.:m]?([0-5]\d))?"
_STATED = re.compile(f"{_DATE}{_TIME}")


def named_at(name: str) -> str | None:
    """ISO 8601: with the time, "2019-07-04T10:11:12", or the day alone, "2019-07-04".

    A messenger's is when the photo was sent, not when it was taken.
    """
    match = _STATED.search(name)
    if match is None:
        return None
    year, _, month, day, *clock = match.groups()
    following = name[match.end(4) : match.end(4) + 1]
    if clock[0] is None and following.isdigit():  # part of a longer number
        return None
    text = f"{year}-{month}-{day}" + ("T" + ":".join(clock) if clock[0] else "")
    try:
        datetime.fromisoformat(text)
    except ValueError:  # the 31st of February
        return None
    return text
