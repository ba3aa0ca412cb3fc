"""How the crawler says who it is."""

from importlib.metadata import version

from crawler.outlets import BadInput, Profile


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
    if not contact.isprintable() or ("@" not in contact and "://" not in contact):
        raise BadInput(f"--contact {contact!r} is neither a mail nor a web address; give one that reaches you.")
    return f"{software()} (+{contact})"
