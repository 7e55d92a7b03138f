"""A strict reader of RFC 5545, and a second parser (vobject): what real calendars would refuse is refused here."""

import re
import warnings
from dataclasses import dataclass, field

NAME = re.compile(r"^[A-Z0-9-]+$")
ESCAPES = re.compile(r"\\([\\;,nN])")


@dataclass
class Component:
    name: str
    lines: list = field(default_factory=list)  # (name, {parameter: value}, value)
    inside: list = field(default_factory=list)

    def one(self, name):
        [(_, parameters, value)] = [line for line in self.lines if line[0] == name]
        return parameters, value

    def value(self, name):
        return self.one(name)[1]

    def component(self, name):
        [found] = [component for component in self.inside if component.name == name]
        return found


def unfolded(content):
    """Lines of at most 75 octets, each ended by CR LF, as the RFC asks (3.1)."""
    assert content.endswith(b"\r\n")
    raw = content[:-2].split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in raw)
    return re.sub(r"\r\n[ \t]", "", content[:-2].decode("utf-8")).split("\r\n")


def split_line(line):
    """(name, parameters, value), quotes respected."""
    head, value = re.match(r'^((?:[^":]|"[^"]*")*):(.*)$', line).groups()
    name, *parameters = re.findall(r'(?:[^";]|"[^"]*")+', head)
    assert NAME.match(name), line
    pairs = dict(parameter.split("=", 1) for parameter in parameters)
    assert all(NAME.match(key) for key in pairs), line
    return name, {key: value.strip('"') for key, value in pairs.items()}, value


def read(content):
    root, *rest = stack = [Component("")]
    for line in unfolded(content):
        name, parameters, value = split_line(line)
        if name == "BEGIN":
            stack.append(Component(value))
            stack[-2].inside.append(stack[-1])
        elif name == "END":
            assert stack.pop().name == value
        else:
            stack[-1].lines.append((name, parameters, value))
    assert stack == [root]
    [calendar] = root.inside
    return checked(calendar)


def checked(calendar):
    """What RFC 5545 (3.6) and RFC 5546 (3.2) ask of a meeting."""
    assert calendar.name == "VCALENDAR"
    assert calendar.value("VERSION") == "2.0"
    assert calendar.value("PRODID")
    method, event = calendar.value("METHOD"), calendar.component("VEVENT")
    for name in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "ORGANIZER", "SUMMARY"):
        assert event.value(name), name
    assert re.fullmatch(r"\d{8}T\d{6}Z", event.value("DTSTAMP"))
    zones = {inside.value("TZID") for inside in calendar.inside if inside.name == "VTIMEZONE"}
    for name in ("DTSTART", "DTEND"):
        assert event.one(name)[0]["TZID"] in zones
    assert event.value("STATUS") == ("CANCELLED" if method == "CANCEL" else "CONFIRMED")
    assert (method == "REQUEST") <= any(line[0] == "ATTENDEE" for line in event.lines)
    return calendar


def plain(value):
    return ESCAPES.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)


def read_by_another(content):
    """The event, as vobject understands it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own, about its dependencies
        import vobject

        return vobject.readOne(content.decode()).vevent
