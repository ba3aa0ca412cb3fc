"""Language of invented sentences, 60 a language: the detector alone, with the telling words, and as lines of a text.

    python benchmarks/language.py

Rows are what a sentence is, columns what it was taken for (`-`: nothing was seen). Then how many letters a line needs
to be told by itself, and the time on texts of 400 words, CPU time of one core.
"""

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pycld2

from curation.text.language import LANGUAGES, OTHER, detect_language, line_languages

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "text" / "languages"
SENTENCES = {
    path.stem: path.read_text(encoding="utf-8").splitlines()
    for path in sorted(FOLDER.glob("*.txt"), key=lambda path: [*LANGUAGES, OTHER].index(path.stem))
}
CODES = (*LANGUAGES, OTHER, "-")


def known(code: str) -> str:
    return code if code in LANGUAGES else OTHER if code else "-"


def detector_alone(text: str) -> str:
    _, _, details = pycld2.detect(text)
    code = details[0][1]
    return "" if code == "un" else {"jw": "jv"}.get(code, code)


def confusion(title: str, told: Callable[[str, str], str], texts: dict[str, list[str]]) -> None:
    right = 0
    print(f"\n{title}\n{'':8}" + "".join(f"{code:>7}" for code in CODES))
    for language, lines in texts.items():
        counts = Counter(told(line, language) for line in lines)
        right += counts[language]
        print(f"{language:8}" + "".join(f"{counts[code] or '.':>7}" for code in CODES))
    print(f"right: {right} of {sum(map(len, texts.values()))}")


def opening(sentence: str, letters: int) -> str:
    """Take the first words that hold so many letters."""
    taken: list[str] = []
    for word in sentence.split():
        if sum(map(str.isalpha, " ".join(taken))) >= letters:
            break
        taken.append(word)
    return " ".join(taken)


def by_letters() -> None:
    print("\nopenings of so many letters, told by themselves: right of those told, not told")
    for letters in (10, 15, 20, 25, 30, 40):
        counts = Counter(
            "right" if (code := known(detect_language(opening(line, letters))[0])) == language else code
            for language, lines in SENTENCES.items()
            for line in lines
        )
        told = counts.total() - counts["-"]
        print(f"{letters:>4} letters: {counts['right'] / told:.3f} of {told}, {counts['-']} not told")


def speed() -> None:
    line = " ".join(SENTENCES["id"][:4])
    text = "\n".join([line] * (400 // len(line.split())))
    for name, work in (
        ("pycld2 alone", detector_alone),
        ("detect_language", detect_language),
        ("line_languages", lambda text: line_languages(text, "id")),
    ):
        rounds, start = 300, time.process_time()
        for _ in range(rounds):
            work(text)
        print(f"{name:16} {rounds / (time.process_time() - start):8,.0f} texts/s")


if __name__ == "__main__":
    confusion("pycld2 alone, a sentence at a time", lambda line, _: known(detector_alone(line)), SENTENCES)
    confusion("with telling words", lambda line, _: known(detect_language(line)[0]), SENTENCES)
    confusion("as lines of a text in that language", lambda line, of: line_languages(line, of)[0], SENTENCES)
    confusion("as lines of an Indonesian text", lambda line, _: line_languages(line, "id")[0], SENTENCES)
    fives = {of: [" ".join(lines[i : i + 5]) for i in range(0, 60, 5)] for of, lines in SENTENCES.items()}
    confusion("five sentences at a time", lambda text, _: known(detect_language(text)[0]), fives)
    by_letters()
    speed()
