"""One row of a release and its way back, and what the census learned: for a person who asks why."""

from curation.show.census import print_census, read_census
from curation.show.difference import print_difference
from curation.show.page import render_show_html
from curation.show.terminal import print_show
from curation.show.trace import Shown, show

__all__ = ["Shown", "print_census", "print_difference", "print_show", "read_census", "render_show_html", "show"]
