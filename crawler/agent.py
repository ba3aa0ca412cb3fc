"""How the crawler says who it is."""

import re
from importlib.metadata import version

from crawler.outlets import BadInput, Profile

# Enough to tell a contact from a slip; parentheses would end the comment of a User-Agent.
DOMAIN = r"[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*\.[a-zA-Z][a-zA-Z0-9-]+"
MAIL = re.compile(rf"(?:mailto:)?[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{DOMAIN}")
WEB = re.compile(rf"https?://{DOMAIN}(?::\d+)?(?:/[!-'*-~]*)?")


def software() -> str:
    """Product and version, `saring/0.1.0`."""
    return f"saring/{version('saring')}"


def user_agent(profile: Profile, contact: str) -> str:
    """Name the software and whom to write to; raises BadInput where a real outlet would be asked without a contact."""
    contact = contact.strip()
    if profile.served_by == "newsstand":
        return f"{software()} (embedded newsstand)"
    if not contact:
        raise BadInput(
            f"{profile.id} is a real outlet and must know who crawls it; set SARING_CONTACT or --contact to your mail"
            " or web address."
        )
    if not MAIL.fullmatch(contact) and not WEB.fullmatch(contact):
        raise BadInput(f"--contact {contact!r} is neither a mail nor a web address; give one that reaches you.")
    return f"{software()} (+{contact})"
