"""Rows of named cells: JSON lines of nginx and Caddy, and tables."""

import decimal
import json
import re

from fields import BLANKS, Line, Reject, need, none_of
from servers import request_of
from times import any_time, unix_time

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
        return none_of(cell.strip(BLANKS)) if isinstance(cell, str) else written_out(cell)

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


def written_out(number):
    """A number without an exponent, and without a point where it is whole."""
    return format(decimal.Decimal(repr(number)), "f").removesuffix(".0")


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
