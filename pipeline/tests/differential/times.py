"""Times as logs write them, in microseconds UTC; nothing where a text is none."""

import datetime
import re

from fields import BLANKS

EPOCH = datetime.datetime(1970, 1, 1)
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def micros(year, month, day, hour, minute, second, fraction="", offset=0):
    """Microseconds UTC; a leap second is the second before it."""
    if second == 60:
        second = 59
    try:
        time = datetime.datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
    since = time - EPOCH
    whole = (since.days * 86400 + since.seconds - offset) * 1000000
    return whole + int((fraction + "000000")[:6])


def offset_of(sign, hours, minutes):
    """Seconds east of UTC; no zone is further away than eighteen hours."""
    if int(hours) > 18 or int(minutes) > 59:
        return None
    seconds = int(hours) * 3600 + int(minutes) * 60
    return -seconds if sign == "-" else seconds


CLF_TIME = re.compile(
    r"([0-9]{2})/([A-Za-z]{3})/([0-9]{4}):([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-])([0-9]{2})([0-9]{2})"
)


def clf_time(text):
    """`17/May/2015:10:05:03 +0000`"""
    found = CLF_TIME.fullmatch(text)
    if not found or found[2].lower() not in MONTHS:
        return None
    offset = offset_of(found[7], found[8], found[9])
    if offset is None:
        return None
    month = MONTHS.index(found[2].lower()) + 1
    clock = (int(found[4]), int(found[5]), int(found[6]))
    return micros(int(found[3]), month, int(found[1]), *clock, offset=offset)


ISO_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?"
    r"[ \t\n\r\f]*(Z|z|UTC|([+-])([0-9]{2}):?([0-9]{2})|([+-])([0-9]{2}))?)?"
)
AMERICAN = re.compile(
    r"([0-9]{1,4})/([0-9]{1,4})/([0-9]{1,4}) ([0-9]{1,4}):([0-9]{1,4})(?::([0-9]{1,4}))? ([AaPp])[Mm]"
)


def iso_time(text):
    """RFC 3339 and its looser kin."""
    found = ISO_TIME.fullmatch(text)
    if not found:
        return None
    offset = 0
    if found[9]:
        offset = offset_of(found[9], found[10], found[11])
    elif found[12]:
        offset = offset_of(found[12], found[13], "0")
    if offset is None:
        return None
    date = (int(found[1]), int(found[2]), int(found[3]))
    clock = (int(found[4] or 0), int(found[5] or 0), int(found[6] or 0))
    return micros(*date, *clock, fraction=found[7] or "", offset=offset)


def american_time(text):
    """`5/17/2015 10:05:03 PM`"""
    found = AMERICAN.fullmatch(text)
    if not found or not 1 <= int(found[4]) <= 12 or int(found[3]) < 100:
        return None
    hour = int(found[4]) % 12 + (12 if found[7] in "pP" else 0)
    return micros(int(found[3]), int(found[1]), int(found[2]), hour, int(found[5]), int(found[6] or 0))


def unix_time(whole):
    """Seconds, milliseconds, microseconds or nanoseconds since 1970: whichever gives a time of our days."""
    if whole < 0 or whole >= 1 << 63:
        return None
    for limit, factor in ((10**11, 1000000), (10**14, 1000), (10**17, 1)):
        if whole < limit:
            return whole * factor
    return whole // 1000


def any_time(text):
    """A time as tables and JSON write it."""
    text = text.strip(BLANKS)
    if len(text) >= 10 and text[4] == "-":
        return iso_time(text)
    number = re.fullmatch(r"[+-]?([0-9]+)", text)
    if number:
        return unix_time(int(text))
    number = re.fullmatch(r"([0-9]+)\.([0-9]+)", text)
    if number:
        whole = unix_time(int(number[1]))
        is_seconds = int(number[1]) < 10**11
        return whole + int((number[2] + "000000")[:6]) if whole is not None and is_seconds else whole
    time = clf_time(text)
    return american_time(text) if time is None else time


HAPROXY_TIME = re.compile(r"([0-9]{2})/([A-Za-z]{3})/([0-9]{4}):([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{3})")


def haproxy_time(text):
    """`06/Feb/2009:12:14:14.655`"""
    found = HAPROXY_TIME.fullmatch(text)
    if not found or found[2].lower() not in MONTHS:
        return None
    month = MONTHS.index(found[2].lower()) + 1
    clock = (int(found[4]), int(found[5]), int(found[6]))
    return micros(int(found[3]), month, int(found[1]), *clock, fraction=found[7])


IIS_TIME = re.compile(r"([0-9]{1,4})/([0-9]{1,4})/([0-9]{1,4}) ([0-9]{1,4}):([0-9]{1,4}):([0-9]{1,4})")


def iis_time(date, clock):
    """`3/20/24` or `3/20/2024`, and `7:55:20`"""
    found = IIS_TIME.fullmatch(date + " " + clock)
    if not found or 100 <= int(found[3]) < 1000:
        return None
    year = int(found[3]) + (2000 if int(found[3]) < 100 else 0)
    return micros(year, int(found[1]), int(found[2]), int(found[4]), int(found[5]), int(found[6]))
