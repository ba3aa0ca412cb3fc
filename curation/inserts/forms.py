"""What a line looks like, whatever it says: a paragraph, a headline, an item of a list."""

import re
from dataclasses import dataclass

from curation.inserts.words import Words, alternation

# A line of so many words is prose, with a full stop or without. Headlines of Indonesian outlets have 5 to 16 words.
LONG_LINE = 25
SHORTEST_SENTENCE = 6
LONGEST_HEADLINE = 30
# Words of fewer letters are written small in headlines too: di, dan, soal as a rule not.
SMALL_WORD = 3
CAPITALS = 0.7

_SENTENCE_END = re.compile(r"(?<!\.)\.[\"”’')\]]*$|[.!?…,]\s?[\"”’]+$")
_FULL_STOP_AT_END = re.compile(r"(?<!\.)\.$")
_EXCLAMATION = re.compile(r"[!?]$")
_FULL_STOP = re.compile(r"(\w+)\.[\"”’')\]]*\s+[\"“‘'(]?(\w)")
_QUOTE = re.compile(r"[\"“‘']")
_NUMBERED = re.compile(r"\d{1,2}[.)]\s")
_LETTERS = re.compile(r"[^\W\d_]+")
_HEADLINE_END = re.compile(r"[\w%)\"”’']$")


@dataclass(frozen=True, slots=True)
class Forms:
    """The tests of form that need the words of a language."""

    bullet: re.Pattern[str]
    """A bullet at the start of a line, with the blank after it."""
    said: re.Pattern[str]
    abbreviations: frozenset[str]

    def is_item(self, line: str) -> bool:
        """Say whether a line starts with a bullet."""
        return self.bullet.match(line) is not None

    def without_bullet(self, line: str) -> str:
        """Take the bullet off."""
        found = self.bullet.match(line)
        return line[found.end() :] if found else line

    def is_headline(self, line: str) -> bool:
        """Say whether a line may be a headline in any case: 2 to 30 words, one sentence at most, no speech."""
        count = len(line.split())
        if not 2 <= count <= LONGEST_HEADLINE or line[-1] in ",;:" or self.is_speech(line):
            return False
        return not (_FULL_STOP_AT_END.search(line) or self.has_sentence_break(line))

    def is_bare_headline(self, line: str) -> bool:
        """Say whether a line that nothing marks is a headline: capitals, 4 to 20 words, no closing punctuation."""
        if not 4 <= len(line.split()) <= 20 or not _HEADLINE_END.search(line) or is_numbered(line):
            return False
        return is_capitalised(line) and self.is_headline(line) and not self.is_item(line)

    def is_speech(self, line: str) -> bool:
        """Say whether a line opens with a quotation mark and tells later who said it."""
        return _QUOTE.match(line) is not None and self.said.search(line) is not None

    def has_sentence_break(self, line: str) -> bool:
        """Say whether a full stop ends a sentence before the end of the line."""
        pairs: list[tuple[str, str]] = _FULL_STOP.findall(line)
        return any(
            after.isupper() and len(word) > 1 and not word.isdigit() and word.lower() not in self.abbreviations
            for word, after in pairs
        )


def forms_of(words: Words) -> Forms:
    """Make the tests of form for the words of a language."""
    return Forms(
        bullet=re.compile(rf"(?:{alternation(words.bullets)})\s+"),
        said=re.compile(rf"\b{alternation(words.said)}\b"),
        abbreviations=frozenset(word.lower() for word in words.abbreviations),
    )


def is_paragraph(line: str) -> bool:
    """Say whether a line is surely prose: long, or a sentence that is closed."""
    count = len(line.split())
    if count >= LONG_LINE:
        return True
    if count >= SHORTEST_SENTENCE and _SENTENCE_END.search(line):
        return True
    return count >= LONG_LINE // 2 and _EXCLAMATION.search(line) is not None


def is_numbered(line: str) -> bool:
    """Say whether a line starts with the number of an item or a subhead."""
    return _NUMBERED.match(line) is not None


def is_capitalised(line: str) -> bool:
    """Say whether most of the longer words, and at least two, begin with a capital."""
    longer: list[str] = [word for word in _LETTERS.findall(line) if len(word) > SMALL_WORD]
    capitals = sum(word[0].isupper() for word in longer)
    return capitals >= 2 and capitals >= CAPITALS * len(longer)
