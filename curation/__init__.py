"""WARC → corpus."""

from typing import Any

__all__ = ["Cleaned", "clean"]


def __getattr__(name: str) -> Any:
    # Every process of a build imports this package; only who cleans one page needs what stands behind these two.
    if name in __all__:
        from curation import single

        return getattr(single, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
