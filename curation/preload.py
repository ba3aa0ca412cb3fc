"""What every process of a build needs, loaded once: the fork server imports this module before it forks.

Outlets and rules take 3 s to read and to hold to their examples, the libraries another second.
"""

from crawler.outlets import load_outlets
from curation.inserts import load_rules
from curation.stages import clean, extract

OUTLETS = load_outlets()
RULES = load_rules("", None, OUTLETS)
STAGES = (extract.STAGE, clean.STAGE)
