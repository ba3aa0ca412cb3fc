"""Which saring this is."""

from importlib.metadata import version


def pipeline_version() -> str:
    """Version of saring as installed."""
    return version("saring")
