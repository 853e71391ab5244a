"""Logs read a second time, by other means: the parsers of `pipeline/src/logs` must come to the same.

Usage: python3 parse.py FORMAT FILE LATEST

Written from what Apache, nginx, HAProxy, Amazon, Atlassian, Microsoft and the W3C say of their logs, with the
standard library alone. One line of output for each line of the file (in CSV for each record): `comment`, `reject`, or
`read` and the fields. LATEST is the latest time that can be, microseconds UTC; times without a zone are UTC.
"""

import csv
import datetime
import json
import re
import sys
import urllib.parse

BLANKS = " \t\n\r\f"
EPOCH = datetime.datetime(1970, 1, 1)
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
LIMIT = 1 << 20


class Reject(Exception):
    """A line that cannot be read."""


# Texts are bytes as ISO 8859-1: every byte is one character, and none is lost.


def blank(text):
    """Whether a text is white as ASCII sees it."""
    return text.strip(BLANKS) == ""


def none_of(text):
    """A field without the dash that means none."""
    return "" if text == "-" else text


def need(found):
    if found is None:
        raise Reject
    return found


# --- times ------------------------------------------------------------------------------------------------------------


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


CLF_TIME = re.compile(r"([0-9]{2})/([A-Za-z]{3})/([0-9]{4}):([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-])([0-9]{2})([0-9]{2})")


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


# --- what the lines of servers have in common -------------------------------------------------------------------------


def escaped(text, at):
    """Whether an odd number of backslashes stands before."""
    before = at
    while before > 0 and text[before - 1] == "\\":
        before -= 1
    return (at - before) % 2 == 1


ESCAPE = re.compile(r'\\(?:x([0-9A-Fa-f]{2})|([nrt"\\]))')
ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def unescape(text):
    """What Apache and nginx write for quotes, backslashes and control characters."""
    return ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else ESCAPED[found[2]], text)


def quoted(rest):
    """A quoted field behind a space and what follows it; nothing where none is. A quote closes before a space or the end,
    for some servers do not escape those inside."""
    if not rest.startswith(' "'):
        return None
    at = rest.find('"', 2)
    while at >= 0:
        if rest[at + 1 : at + 2] in ("", " ") and not escaped(rest[2:], at - 2):
            return unescape(rest[2:at]), rest[at + 1 :]
        at = rest.find('"', at + 1)
    raise Reject


def number(word):
    """A whole number of at most eighteen digits; none where there is a dash. HAProxy may put a plus in front."""
    if word in ("-", "-1"):
        return -1
    if re.fullmatch(r"\+?[0-9]{1,18}", word):
        return int(word)
    raise Reject


def proxy_status(word):
    """A status; servers that log none because the client was gone write 0, 000 or -1."""
    if word == "-":
        return 0
    status = number(word)
    if status in (-1, 0):
        return 499
    if not 100 <= status <= 599:
        raise Reject
    return status


def request_of(text):
    """Method and address of `GET /a HTTP/1.1`; nothing where the text is no request."""
    method, space, rest = text.partition(" ")
    if not space or not re.fullmatch(r"[A-Z]+", method):
        return "", ""
    rest = rest.strip(BLANKS)
    target, version, _ = rest.rpartition(" HTTP/")
    if not version:
        # HTTP/0.9 had no version.
        if " " in rest:
            return "", ""
        target = rest
    target = none_of(target.rstrip(BLANKS))
    is_target = target.startswith("/") or "://" in target or method != "GET"
    return (method, target) if target and is_target else ("", "")


def without_port(word):
    found = re.fullmatch(r"(.*):[0-9]*", word, re.S)
    word = found[1] if found else word
    return word[1:-1] if len(word) > 1 and word[0] == "[" and word[-1] == "]" else word


class Line:
    """The fields of a line; empty, 0 or -1 where it has none."""

    def __init__(self, time):
        self.time = time
        self.host = self.client = self.user = self.session = self.method = self.target = self.referrer = self.agent = ""
        self.status, self.bytes = 0, -1
        self.is_row = False

    def asked(self):
        if self.is_row:
            return "row"
        if not self.target:
            return "nothing"
        return "get" if self.method == "GET" else "other"

    def told(self, latest):
        if self.time > latest or not (self.user or self.client or self.session):
            raise Reject
        texts = (self.host, self.client, self.user, self.target, self.referrer, self.agent)
        numbers = (str(self.time), self.asked(), str(self.status), str(self.bytes))
        return "\t".join(("read", *numbers, *map(shown, texts)))


def shown(text):
    for plain, written in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(plain, written)
    return text


def words_of(text, n):
    """The first `n` words, one space before each but maybe the first, and what follows."""
    words = []
    for _ in range(n):
        text = text.removeprefix(" ")
        word, space, behind = text.partition(" ")
        if not word:
            raise Reject
        words.append(word)
        text = space + behind
    return words, text


def quoted_or_dash(rest):
    found = quoted(rest)
    if found is None:
        (word,), rest = words_of(rest, 1)
        if word != "-":
            raise Reject
        found = ("-", rest)
    return found


# --- Apache and nginx: common and combined ----------------------------------------------------------------------------


def around_date(line, date, length):
    """The text before the first date in brackets that is one, the date, and the text behind."""
    at = line.find("[")
    while at >= 0:
        if line[at + length + 1 : at + length + 2] == "]":
            time = date(line[at + 1 : at + length + 1])
            if time is not None:
                return line[:at].rstrip(BLANKS), time, line[at + length + 2 :]
        at = line.find("[", at + 1)
    raise Reject


def combined(line, has_host):
    """`[host] client ident user [date] "request" status bytes ["referrer" ["agent"]] ...`, users with spaces too."""
    head, time, rest = around_date(line, clf_time, 26)
    read = Line(time)
    form = r"([^ ]+) ([^ ]+) ([^ ]+) (.*)" if has_host else r"()([^ ]+) ([^ ]+) (.*)"
    found = need(re.fullmatch(form, head, re.S))
    user = found[4]
    if len(user) >= 2 and user[0] == user[-1] == '"':
        user = user[1:-1]
    read.host, read.client, read.user = map(none_of, (found[1], found[2], user))
    request, rest = need(quoted(rest))
    read.method, read.target = request_of(request)
    found = need(re.match(r" (-|[0-9]{1,18})(?= |$) (-|[0-9]{1,18})(?![^ ])", rest))
    read.status = 0 if found[1] == "-" else int(found[1])
    if found[1] != "-" and not 100 <= read.status <= 599:
        raise Reject
    read.bytes = -1 if found[2] == "-" else int(found[2])
    referrer = quoted(rest[found.end() :])
    if referrer:
        agent = quoted(referrer[1])
        read.referrer, read.agent = none_of(referrer[0]), none_of(agent[0]) if agent else ""
    return read


# --- Amazon -----------------------------------------------------------------------------------------------------------


def balancer(line):
    """Access logs of load balancers: application ones name the protocol first, classic ones do not."""
    first = line.removeprefix(" ").partition(" ")[0]
    is_application = first in ("http", "https", "h2", "grpcs", "ws", "wss")
    words, rest = words_of(line, 12 if is_application else 11)
    if is_application:
        words = words[1:]
    if words[0][10:11] != "T":
        raise Reject
    read = Line(need(any_time(words[0])))
    read.client = none_of(without_port(words[2]))
    for word in words[4:7]:
        if word != "-" and not re.fullmatch(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)", word):
            raise Reject
    read.status = proxy_status(words[7])
    number(words[9])
    read.bytes = number(words[10])
    request, rest = quoted_or_dash(rest)
    read.method, read.target = request_of(request)
    try:
        read.agent = none_of(quoted_or_dash(rest)[0])
    except Reject:
        read.agent = ""
    return read


def s3(line):
    """`owner bucket [date] client requester id operation key "request" status error sent size total turnaround
    "referrer" "agent" ...`"""
    head, time, rest = around_date(line, clf_time, 26)
    if head.count(" ") != 1:
        raise Reject
    read = Line(time)
    words, rest = words_of(rest, 5)
    read.client, read.user = none_of(words[0]), none_of(words[1])
    if "." not in words[3]:
        raise Reject
    request, rest = quoted_or_dash(rest)
    read.method, read.target = request_of(request)
    words, rest = words_of(rest, 6)
    read.status = proxy_status(words[0])
    numbers = [number(word) for word in words[2:]]
    read.bytes = numbers[0]
    referrer, rest = quoted_or_dash(rest)
    agent, rest = quoted_or_dash(rest)
    read.referrer, read.agent = none_of(referrer), none_of(agent)
    return read


# --- HAProxy ----------------------------------------------------------------------------------------------------------

HAPROXY_TIME = re.compile(r"([0-9]{2})/([A-Za-z]{3})/([0-9]{4}):([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{3})")


def haproxy_time(text):
    """`06/Feb/2009:12:14:14.655`"""
    found = HAPROXY_TIME.fullmatch(text)
    if not found or found[2].lower() not in MONTHS:
        return None
    month = MONTHS.index(found[2].lower()) + 1
    clock = (int(found[4]), int(found[5]), int(found[6]))
    return micros(int(found[3]), month, int(found[1]), *clock, fraction=found[7])


def haproxy(line):
    """`... client:port [date] frontend backend/server timers status bytes cookie cookie state counts queues {captured}
    "request"`; captured headers have no names."""
    head, time, rest = around_date(line, haproxy_time, 24)
    read = Line(time)
    read.client = none_of(without_port(head.rpartition(" ")[2]))
    words, rest = words_of(rest, 10)
    timers = words[2].split("/")
    if len(timers) != 5:
        raise Reject
    number(timers[4])
    read.status, read.bytes = proxy_status(words[3]), number(words[4])
    captured, quote, _ = rest.partition(' "')
    if not quote:
        raise Reject
    for value in re.split(r"[{|}]", captured):
        if value.startswith(("http://", "https://")):
            read.referrer = value
        elif value.startswith("Mozilla/"):
            read.agent = value
    read.method, read.target = request_of(quoted(rest[len(captured) :])[0])
    return read


# --- Atlassian --------------------------------------------------------------------------------------------------------


def confluence(line):
    """`[date] (forwarded) user thread host METHOD target HTTP/1.1 status 20ms bytes referrer agent`, nothing quoted."""
    if line[:1] != "[" or line[27:29] != "] ":
        raise Reject
    body = line[29:].split(" ")
    took = next((at for at, word in enumerate(body) if re.fullmatch(r"\+?[0-9]{1,18}ms", word)), 0)
    if took < 5:
        raise Reject
    read = Line(need(clf_time(line[1:27])))
    read.status = proxy_status(body[took - 1])
    words = body[: took - 1]
    if words[-1] == "-":
        who = words[:-1]
    else:
        is_method = lambda at: re.fullmatch(r"[A-Z]*", words[at]) and words[at + 1][:1] in ("/", "*", "h")
        at = need(next((at for at in range(3, len(words) - 1) if words[at + 1] and is_method(at)), None))
        who = words[:at]
        end = len(words) - 1 if words[-1].startswith("HTTP/") else len(words)
        read.method, read.target = words[at], none_of(" ".join(words[at + 1 : end]))
    if len(who) < 3:
        raise Reject
    forwarded = who[0].partition(",")[0].strip(BLANKS) if len(who) > 3 else "-"
    read.client = none_of(who[-1] if forwarded == "-" else forwarded)
    read.user = none_of(urllib.parse.unquote_to_bytes(who[-3].encode("latin-1")).decode("latin-1"))
    read.bytes = number(body[took + 1]) if took + 1 < len(body) else need(None)
    read.referrer = none_of(body[took + 2]) if took + 2 < len(body) else ""
    read.agent = none_of(" ".join(body[took + 3 :]))
    return read


# --- W3C extended: IIS, CloudFront and others -------------------------------------------------------------------------

W3C_COLUMNS = {
    "datetime": ["datetime", "date-time", "timestamp", "x-timestamp"],
    "date": ["date"],
    "time": ["time"],
    "local date": ["date-local"],
    "local time": ["time-local"],
    "client": ["c-ip"],
    "forwarded": ["x-forwarded-for", "cs(x-forwarded-for)"],
    "user": ["cs-username", "x-username"],
    "method": ["cs-method"],
    "stem": ["cs-uri-stem"],
    "query": ["cs-uri-query"],
    "uri": ["cs-uri", "cs-url"],
    "status": ["sc-status", "c-status"],
    "bytes": ["sc-bytes"],
    "agent": ["cs(user-agent)", "cs(useragent)"],
    "referrer": ["cs(referer)", "cs(referrer)"],
    "host": ["cs-host", "cs(host)"],
    "asked host": ["x-host-header"],
    "session": ["x-session-id"],
}
W3C_NAMES = {name: column for column, names in W3C_COLUMNS.items() for name in names}


def percent_decoded(text):
    return urllib.parse.unquote_to_bytes(text.encode("latin-1")).decode("latin-1")


class Directives:
    """What `#Fields`, `#Date` and `#Software` said last."""

    def __init__(self):
        self.names, self.day, self.is_cloudfront = [], None, False

    def see(self, line):
        found = re.match(r"#(fields|date):", line, re.I)
        if not found or len(line) > 64 << 10:
            return
        value = line[found.end() :].strip(BLANKS)
        if found[1].lower() == "fields":
            self.names = [name.lower() for name in re.split(r"[ \t\n\r\f]+", value) if name]
            self.is_cloudfront = "x-edge-location" in self.names
        else:
            self.day = iso_time(value[:10]) if len(value) >= 10 else None


def w3c_values(line):
    """The values of a line with whether each was quoted: between tabs, or between spaces where it has no tab."""
    separator = "\t" if "\t" in line else " "
    rest = line.strip(BLANKS) if separator == " " else line
    values = []
    while rest is not None:
        end, is_quoted = rest.find(separator), rest.startswith('"')
        if is_quoted:
            end = need(closing_quote(rest, separator))
        elif end < 0:
            end = len(rest)
        values.append((rest[1:end] if is_quoted else rest[:end], is_quoted))
        behind = end + 1 if is_quoted else end
        rest = rest[behind + 1 :] if behind < len(rest) else None
        if rest is not None and separator == " ":
            rest = rest.lstrip(BLANKS)
    return values, separator


def closing_quote(text, separator):
    """A quote with the separator or the end behind it that is not the second of two which mean one."""
    at = text.find('"', 1)
    while at >= 0:
        run = len(text[1:at]) - len(text[1:at].rstrip('"'))
        if run % 2 == 0 and text[at + 1 : at + 2] in ("", separator):
            return at
        at = text.find('"', at + 1)
    return None


def w3c_time(values, directives):
    for name in ("datetime", "time", "date"):
        text = values.get(name, "")
        if len(text) > 10 and (name == "datetime" or text[4] == "-"):
            return need(any_time(text))
    clock = re.fullmatch(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]*))?", values.get("time", ""))
    clock = need(clock)
    date = values.get("date", "")
    if not date:
        day = need(directives.day)
    else:
        day = need(iso_time(date) if len(date) == 10 and date[4] == "-" else None)
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3])
    return day + need(micros(1970, 1, 1, hour, minute, second, clock[4] or ""))


def w3c(line, directives):
    if not directives.names:
        raise Reject
    texts, separator = w3c_values(line)
    if len(texts) != len(directives.names):
        raise Reject
    raw, meant = {}, {}
    for name, (text, is_quoted) in zip(directives.names, texts):
        column = W3C_NAMES.get(name, "").removeprefix("local ")
        if not column or column == "host" and raw.get("host"):
            continue
        if column == "asked host":
            column = "host" if text not in ("", "-") else "nothing"
        raw[column] = text
        inner = text.replace('""', '"') if is_quoted else text
        raw["unquoted " + column] = inner
        # IIS writes a plus for a space.
        meant[column] = inner.replace("+", " ") if separator == " " and not is_quoted else inner
        # What cannot be read is so wherever it stands, be it said again later.
        if column == "status":
            proxy_status(text)
        if column == "bytes":
            number(text)
    read = Line(w3c_time(raw, directives))
    read.client, read.user = none_of(raw.get("client", "")), none_of(meant.get("user", ""))
    read.session = none_of(raw.get("session", ""))
    if none_of(raw.get("forwarded", "")):
        read.client = none_of(raw["forwarded"].partition(",")[0].strip(BLANKS))
    read.method = raw.get("method", "GET")
    read.target = none_of(w3c_target(raw, directives))
    read.status, read.bytes = proxy_status(raw.get("status", "-")), number(raw.get("bytes", "-"))
    read.host = none_of(raw.get("host", ""))
    read.agent = none_of(w3c_agent(meant.get("agent", "")))
    referrer = raw.get("unquoted referrer", "")
    read.referrer = none_of(percent_decoded(raw["referrer"]) if directives.is_cloudfront and referrer else referrer)
    return read


def w3c_target(raw, directives):
    stem, query = raw.get("stem", ""), none_of(raw.get("query", ""))
    if not none_of(stem):
        return raw.get("uri", "")
    if directives.is_cloudfront:
        # CloudFront writes the percent signs of an address as %25.
        stem, query = percent_decoded(stem), percent_decoded(query)
    else:
        stem = stem.replace("+", " ").replace("#", "%23")
        if "query" in raw:
            stem = stem.replace("?", "%3F")
    return stem + "?" + query if none_of(raw.get("query", "")) else stem


def w3c_agent(agent):
    """Without the spaces that were written as %20, or as %2520 by old logs of CloudFront."""
    for _ in range(2):
        if " " not in agent and re.search("%20|%2F|%25", agent):
            agent = percent_decoded(agent)
    return agent


# --- rows: JSON lines and CSV -----------------------------------------------------------------------------------------

USUAL = {
    "time": ["timestamp", "ts", "time", "datetime", "date"],
    "user": ["user", "user_id", "username", "person"],
    "page": ["url", "page", "path", "uri", "event"],
    "referrer": ["referrer", "referer"],
    "action": ["action"],
    "status": ["status"],
    "bytes": ["bytes"],
    "session": ["session_id"],
    "client": ["client_ip", "remote_addr", "ip", "address", "client"],
    "agent": ["user_agent", "useragent", "agent"],
    "method": ["method", "request_method"],
    "duration": ["duration_ms"],
    "request": ["request"],
}
NGINX = {
    "time": ["time_iso8601", "time_local", "msec", "@timestamp"],
    "user": ["remote_user"],
    "page": ["request_uri", "uri"],
    "request": ["request"],
    "method": ["request_method"],
    "host": ["http_host", "host", "server_name"],
    "client": ["remote_addr", "http_x_forwarded_for"],
    "agent": ["http_user_agent"],
    "referrer": ["http_referer", "http_referrer"],
    "status": ["status"],
    "bytes": ["body_bytes_sent", "bytes_sent"],
    "seconds": ["request_time"],
    "purpose": ["http_sec_purpose", "http_purpose"],
}
CADDY = {
    "time": ["ts"],
    "user": ["user_id"],
    "page": ["request.uri"],
    "method": ["request.method"],
    "host": ["request.host"],
    "client": ["request.client_ip", "request.remote_ip", "request.remote_addr"],
    "agent": ["request.headers.user-agent[0]"],
    "referrer": ["request.headers.referer[0]"],
    "status": ["status"],
    "bytes": ["size"],
    "seconds": ["duration"],
    "purpose": ["request.headers.sec-purpose[0]", "request.headers.purpose[0]"],
}


class Row:
    """Named cells, texts or numbers; the first name that says something counts."""

    def __init__(self, cells, *maps):
        self.cells = cells
        self.maps = maps

    def cell(self, field):
        names = [name for names in self.maps for name in names.get(field, [])]
        said = [values for values in (self.cells.get(name, []) for name in names)]
        for values in said:
            for value in reversed(values):
                if not is_empty(value):
                    return value
        return "" if any(said) else None

    def reads(self, path):
        """Whether a field stands at a path, or below it."""
        names = (name for names in self.maps for names in names.values() for name in names)
        return any(name == path or name.startswith((path + ".", path + "[")) for name in names)

    def text(self, field):
        cell = self.cell(field)
        if cell is None:
            return ""
        return none_of(cell.strip(BLANKS)) if isinstance(cell, str) else str(cell)

    def number(self, field):
        cell = self.cell(field)
        if isinstance(cell, str):
            cell = cell.strip(BLANKS)
            if re.fullmatch(r"[+-]?[0-9]+", cell) and -(1 << 63) <= int(cell) < 1 << 63:
                cell = int(cell)
            elif re.fullmatch(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", cell):
                cell = float(cell)
            elif cell in ("", "-"):
                cell = None
            else:
                raise Reject
        if isinstance(cell, float) or isinstance(cell, int) and abs(cell) >= 1 << 63:
            if abs(cell) >= 1e15:
                raise Reject
            cell = int(cell)
        if cell is None or cell == -1:
            return -1
        if cell < 0:
            raise Reject
        return cell

    def time(self):
        cell = self.cell("time")
        if isinstance(cell, str):
            return need(any_time(cell))
        if isinstance(cell, float) or isinstance(cell, int) and abs(cell) >= 1 << 63:
            if 0 <= cell < 1e11:
                return rounded(cell * 1e6)
            return need(unix_time(min(int(cell), (1 << 63) - 1)))
        return need(unix_time(need(cell)))


def rounded(value):
    """The nearest whole number, halves upwards."""
    whole = int(value)
    return whole + 1 if value - whole >= 0.5 else whole


def is_empty(value):
    return isinstance(value, str) and value.strip(BLANKS) in ("", "-")


def address(client):
    """The first address of a list, without its port."""
    first = client.partition(",")[0].strip(BLANKS)
    if first.startswith("["):
        return first[1:].partition("]")[0]
    first = first.removeprefix("::ffff:")
    return first.partition(":")[0] if first.count(":") == 1 else first


VIEWS = ["view", "search", "download", "pageview", "page_view", "page view", "visit", "viewed", "get"]


def row_line(row):
    """A row as a line: one with an action, or without method and status, is no HTTP."""
    read = Line(row.time())
    read.status = max(row.number("status"), 0)
    if read.status and not 100 <= read.status <= 599:
        raise Reject
    action, page, method = row.text("action"), row.text("page"), row.text("method")
    is_http = row.cell("request") is not None or read.status > 0 and row.cell("page") is not None
    if not page and not action:
        if not is_http:
            raise Reject
        asked, page = request_of(row.text("request"))
        method = asked if page else method
        read.method, read.target = "GET" if method.upper() == "GET" else method, page
        read.is_row = bool(page) and not method and not read.status
    else:
        is_view = not action or action.lower() in VIEWS
        read.is_row = not is_view and read.status < 300 or not method and not read.status
        read.method, read.target = "GET" if method.upper() in ("GET", "") else method, page
    read.bytes = row.number("bytes")
    row.number("duration")
    read.host, read.client, read.user = row.text("host"), address(row.text("client")), row.text("user")
    read.session, read.referrer, read.agent = row.text("session"), row.text("referrer"), row.text("agent")
    return read


NGINX_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|(.))", re.S)


def mended(line):
    """nginx may write bytes as \\xhh, which JSON does not know."""

    def meant(found):
        if not found[1]:
            return found[0]
        value = int(found[1], 16)
        return bytes([value]) if value > 127 else b"\\u00" + found[1]

    return NGINX_ESCAPE.sub(meant, line)


def no_constant(_):
    raise ValueError


def int_of(text):
    """JSON has one kind of numbers; beyond 64 bits they are as exact as a double. There is no whole minus nought."""
    value = int(text) if text != "-0" else -0.0
    return value if -(1 << 63) <= value < 1 << 64 else float(text)


def no_surrogates(text):
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def json_row(line, names):
    try:
        text = mended(line.encode("latin-1")).decode("utf-8", "replace")
        pairs = json.loads(
            text,
            object_pairs_hook=Pairs,
            parse_constant=no_constant,
            parse_int=int_of,
        )
    except (ValueError, OverflowError):
        raise Reject from None
    if not isinstance(pairs, Pairs):
        raise Reject
    cells = {}
    flatten(pairs, None, cells)
    row = Row(cells, names, USUAL)
    # No number of ours is endless; those that nobody reads may be.
    if any(ENDLESS.intersection(values) and row.reads(path) for path, values in cells.items()):
        raise Reject
    return row


ENDLESS = {float("inf"), float("-inf")}


class Pairs(list):
    """The names and values of an object, doubled names too."""


def flatten(value, path, cells):
    """The texts and numbers at their paths, such as `request.headers.referer[0]`, names in small letters."""
    if isinstance(value, Pairs):
        for name, inner in value:
            name = "".join(c.lower() if c.isascii() else c for c in name)
            flatten(inner, name if path is None else path + "." + name, cells)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            flatten(inner, f"{path}[{at}]", cells)
    elif isinstance(value, str):
        text = no_surrogates(value).encode("utf-8").decode("latin-1")
        cells.setdefault(path, []).append(text)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        cells.setdefault(path, []).append(value)


# --- files ------------------------------------------------------------------------------------------------------------


def lines_of(data):
    """The lines of a file without their ends."""
    lines = data.split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line[:-1] if line.endswith("\r") else line for line in lines]


def tell_lines(data, read, latest):
    for line in lines_of(data):
        yield "comment" if blank(line) else tell(line, read, latest)


def tell(line, read, latest):
    if len(line) > LIMIT:
        return "reject"
    try:
        return read(line).told(latest)
    except Reject:
        return "reject"
    except Comment:
        return "comment"


class Comment(Exception):
    """A line that is meant to say nothing of a request."""


def unless_hash(read):
    def inner(line):
        if line.startswith("#"):
            raise Comment
        return read(line)

    return inner


def under_directives():
    directives = Directives()

    def inner(line):
        if line.startswith("#"):
            directives.see(line)
            raise Comment
        return w3c(line, directives)

    return inner


def tell_records(data, latest):
    """CSV; a quote that never closes spoils its own line only. A lone return is a byte like any other."""
    ends = [end + 1 for end, byte in enumerate(data) if byte == "\n"]
    if not ends or ends[-1] != len(data):
        ends.append(len(data))
    csv.field_size_limit(1 << 30)
    header, at, start = None, 0, 0
    while start < len(data):
        cells, taken = record(data, start, ends, at)
        text = data[start : ends[at + taken - 1]]
        text = text.removesuffix("\n").removesuffix("\r")
        if header is None:
            header = (text, [cell.strip(BLANKS).lower() for cell in cells])
        if blank(text) or text == header[0]:
            yield "comment"
        elif cells is None or len(cells) != len(header[1]):
            yield "reject"
        else:
            named = {}
            for name, cell in zip(header[1], cells):
                named.setdefault(name, []).append(cell)
            yield tell(text, lambda _: row_line(Row(named, USUAL)), latest)
        at += taken
        start = ends[at - 1]


RETURN = "\ue000"


def record(data, start, ends, at):
    """The cells of the record at a line, and how many lines it takes; no cells where its quote never closes."""
    taken = 0
    is_over = False

    def feed():
        nonlocal taken, is_over
        begin = start
        for end in ends[at:]:
            line = data[begin:end]
            body = line.removesuffix("\n").removesuffix("\r")
            taken += 1
            yield body.replace("\r", RETURN) + line[len(body) :]
            begin = end
        is_over = True

    try:
        cells = next(csv.reader(feed()))
    except StopIteration:
        return None, 1
    if is_over:
        return None, 1
    return [cell.replace(RETURN, "\r") for cell in cells], taken


def main():
    name, path, latest = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with open(path, "rb") as file:
        data = file.read().removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    readers = {
        "combined": unless_hash(lambda line: combined(line, False)),
        "vhost_combined": unless_hash(lambda line: combined(line, True)),
        "w3c": under_directives(),
        "elb": unless_hash(balancer),
        "s3": unless_hash(s3),
        "haproxy": unless_hash(haproxy),
        "confluence": unless_hash(confluence),
        "nginx_json": lambda line: row_line(json_row(line, NGINX)),
        "caddy_json": lambda line: row_line(json_row(line, CADDY)),
    }
    told = tell_records(data, latest) if name == "csv" else tell_lines(data, readers[name], latest)
    sys.stdout.reconfigure(encoding="latin-1", errors="strict", newline="\n")
    for line in told:
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
