"""What all parsers share: texts, the fields of a line, and how they are told.

Texts are bytes as ISO 8859-1: every byte is one character, and none is lost.
"""

BLANKS = " \t\n\r\f"


class Reject(Exception):
    """A line that cannot be read."""


def blank(text):
    """Whether a text is white as ASCII sees it."""
    return text.strip(BLANKS) == ""


def none_of(text):
    """A field without the dash that means none."""
    return "" if text == "-" else text


def need(found):
    """What was found; without it a line cannot be read."""
    if found is None:
        raise Reject
    return found


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
