"""Logs read a second time, by other means: the parsers of `pipeline/src/logs` must come to the same.

Usage: python3 parse.py FORMAT FILE LATEST

Written from what Apache, nginx, HAProxy, Amazon, Atlassian, Microsoft and the W3C say of their logs, with the
standard library alone. One line of output for each line of the file (in CSV for each record): `comment`, `reject`, or
`read` and the fields. LATEST is the latest time that can be, microseconds UTC; times without a zone are UTC.
"""

import csv
import sys

from fields import BLANKS, Reject, blank
from rows import CADDY, NGINX, USUAL, Row, json_row, row_line
from servers import balancer, combined, confluence, haproxy, iis, s3
from w3c import Directives, w3c

LIMIT = 1 << 20


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
        "iis_native": unless_hash(iis),
        "nginx_json": lambda line: row_line(json_row(line, NGINX)),
        "caddy_json": lambda line: row_line(json_row(line, CADDY)),
    }
    told = tell_records(data, latest) if name == "csv" else tell_lines(data, readers[name], latest)
    sys.stdout.reconfigure(encoding="latin-1", errors="strict", newline="\n")
    for line in told:
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
