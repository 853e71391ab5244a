"""W3C extended logs: IIS, CloudFront and others."""

import re
import urllib.parse

from fields import BLANKS, Line, Reject, need, none_of
from servers import number, proxy_status
from times import any_time, iso_time, micros

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
