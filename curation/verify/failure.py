"""What does not hold."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that a release says and that is not so."""

    file: str
    """The file in which it shows: one of the release, or an input."""
    what: str
    """A sentence."""

    def __str__(self) -> str:
        """Say it on one line."""
        return " ".join(f"{self.file}: {self.what}".split())
