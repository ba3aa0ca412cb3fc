"""A release as one page to look at: `report.html`."""

from curation.report.page import render_report

__all__ = ["render_report"]
