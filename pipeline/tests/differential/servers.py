"""Lines of Apache, nginx, HAProxy, the services of Amazon, Confluence, and IIS in its own format."""

import re
import urllib.parse

from fields import BLANKS, Line, Reject, need, none_of
from times import any_time, clf_time, haproxy_time, iis_time


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
    """A quoted field behind a space and what follows it; nothing where none is. A quote closes before a space or the
    end, for some servers do not escape those inside."""
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


def iis(line):
    """Fifteen values with a comma behind each; the last but one, the address, may hold commas itself."""
    values = line.rstrip(BLANKS).split(", ")
    if len(values) < 15:
        raise Reject
    head = [value.strip(BLANKS) for value in values[:13]]
    target, query = ", ".join(values[13:-1]), values[-1].removesuffix(",")
    if not head[4].startswith("W3SVC"):
        raise Reject
    read = Line(need(iis_time(head[2], head[3])))
    read.client, read.user, read.method = none_of(head[0]), none_of(head[1]), head[12]
    for value in head[7:9]:
        number(value)
    read.bytes, read.status = number(head[9]), proxy_status(head[10])
    read.target = none_of(target)
    if read.target and none_of(query):
        read.target += "?" + query
    return read
