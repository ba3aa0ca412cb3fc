"""Invented news stories with planted copies, as syndication makes them; the same for the same seed."""

import random
from collections.abc import Callable
from itertools import accumulate

Story = list[str]
"""Sentences."""

ONSETS = (*"bcdghjklmnprstwy", "ng", "ny")
SYLLABLES = tuple(onset + vowel for onset in ONSETS for vowel in "aiueo")
CLOSINGS = ("", "", "", "n", "ng", "r", "s", "t", "kan", "nya")


class Writer:
    """Writes sentences of invented words, which come as often as words do (Zipf's law)."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        words = {self.word() for _ in range(30_000)}
        self.words = sorted(words)
        self.random.shuffle(self.words)
        self.weights = list(accumulate(1 / (rank + 20) for rank in range(len(self.words))))

    def word(self) -> str:
        """One to four syllables and a closing."""
        size = self.random.choices((1, 2, 3, 4), (1, 5, 4, 1))[0]
        return "".join(self.random.choices(SYLLABLES, k=size)) + self.random.choice(CLOSINGS)

    def sentence(self) -> str:
        """Eight to twenty words, now and then a number, a quotation, a comma."""
        words = self.random.choices(self.words, cum_weights=self.weights, k=self.random.randint(8, 20))
        if self.random.random() < 0.3:
            words[self.random.randrange(len(words))] = str(self.random.randrange(1, 2_000))
        if self.random.random() < 0.3:
            words[self.random.randrange(len(words))] += ","
        text = " ".join(words)
        text = text[0].upper() + text[1:]
        return f"\u201c{text},\u201d katanya." if self.random.random() < 0.15 else f"{text}."

    def story(self) -> Story:
        """A dateline and sentences, 300 to 500 words in all."""
        size, story, words = self.random.randint(300, 480), [self.dateline()], 2
        while words < size:
            story.append(self.sentence())
            words += story[-1].count(" ") + 1
        return story

    def dateline(self) -> str:
        """A city and an outlet."""
        return f"{self.random.choice(self.words).upper()}, {self.word().title()} -"


def other_dateline(story: Story, writer: Writer) -> Story:
    """Another outlet's dateline."""
    return [writer.dateline(), *story[1:]]


def other_lead(story: Story, writer: Writer) -> Story:
    """The first sentence or two, told anew."""
    told = writer.random.randint(1, 2)
    return [story[0], *(writer.sentence() for _ in range(told)), *story[1 + told :]]


def shortened(story: Story, writer: Writer) -> Story:
    """The last sentences gone."""
    return story[: -writer.random.randint(1, 4)] if len(story) > 8 else story


def extended(story: Story, writer: Writer) -> Story:
    """A sentence or two of its own, somewhere after the lead."""
    place = writer.random.randrange(2, len(story) + 1)
    return [*story[:place], *(writer.sentence() for _ in range(writer.random.randint(1, 2))), *story[place:]]


def other_words(story: Story, writer: Writer) -> Story:
    """One to five words put differently."""
    changed = list(story)
    for _ in range(writer.random.randint(1, 5)):
        place = writer.random.randrange(1, len(changed))
        words = changed[place].split(" ")
        words[writer.random.randrange(len(words))] = writer.word()
        changed[place] = " ".join(words)
    return changed


def other_order(story: Story, writer: Writer) -> Story:
    """A sentence moved."""
    changed = list(story)
    moved = changed.pop(writer.random.randrange(1, len(changed)))
    changed.insert(writer.random.randrange(1, len(changed) + 1), moved)
    return changed


def other_figures(story: Story, writer: Writer) -> Story:
    """Every number another one: tomorrow's report of the same template."""

    def figure(word: str) -> str:
        return str(writer.random.randrange(1, 2_000)) if word.isdigit() else word

    return [" ".join(map(figure, sentence.split(" "))) for sentence in story]


EDITS: tuple[Callable[[Story, Writer], Story], ...] = (
    other_dateline,
    other_lead,
    shortened,
    extended,
    other_words,
    other_words,
    other_order,
)


def copied(story: Story, writer: Writer) -> Story:
    """Give a copy: a new dateline, and from no edit to ten."""
    copy = other_dateline(story, writer)
    for _ in range(min(10, int(writer.random.expovariate(0.4)))):
        copy = writer.random.choice(EDITS)(copy, writer)
    return copy


def family(writer: Writer) -> list[Story]:
    """Give a story and one to six copies, three in ten made from another copy."""
    family = [writer.story()]
    for _ in range(writer.random.choices(range(1, 7), (12, 6, 3, 2, 1, 1))[0]):
        source = writer.random.choice(family) if writer.random.random() < 0.3 else family[0]
        family.append(copied(source, writer))
    return family


def template(writer: Writer) -> list[Story]:
    """Give twenty reports that share a frame and differ in dateline, figures and some sentences of their own."""
    frame, own = writer.story(), writer.random.randint(0, 12)
    reports = []
    for _ in range(20):
        report = other_figures(other_dateline(frame, writer), writer)
        for place in writer.random.sample(range(1, len(report)), min(own, len(report) - 1)):
            report[place] = writer.sentence()
        reports.append(report)
    return reports


def corpus(size: int, seed: int = 7) -> list[str]:
    """Give `size` stories in a mixed order: three fifths alone, three tenths in families, one tenth templates."""
    writer, stories = Writer(seed), list[Story]()
    while len(stories) < size * 3 // 10:
        stories += family(writer)
    while len(stories) < size * 4 // 10:
        stories += template(writer)
    stories = stories[:size]
    stories += [writer.story() for _ in range(size - len(stories))]
    writer.random.shuffle(stories)
    return ["\n".join(story) for story in stories]
