"""Hostile text, made safe to look at."""

import re

# Control characters steer a terminal, and the marks of direction make a line read otherwise than it is written.
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """Write the characters that steer a terminal or turn the reading direction as their code, `\\u001b`."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
