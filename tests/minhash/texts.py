"""Texts that are hard to fold: what NFC composes, moves or changes, and what has an odd lower case."""

import random

from hypothesis import strategies as st

ODD = (
    "\u0130\u0131\u03a3\u03c3\u03c2\u00df\u1e9e\u023a\u2c65\u023e\u212a\u212b\u0345\u01c5\ufb00\u0149"
    "\u0301\u0323\u0327\u0344\u0340\u1e69\u1e0b\u00e9\u1161\u1112\u11ab\ud55c\uac00\u09c7\u09be\u0b47\u0b3e"
    "\u0931\u093c\u0958\u0e01\u0e33\u0f71\u0f72\u0627\u0653\u064b\u0660\u0967\u00b2\u2155\u2167\u24b6\u00aa"
    "\u200b\u200d\ufeff\u00a0\u2028\u2019\u201c\u2026\u2014_\u203f\U0001d15e\U0001d7ce\U00010400\U0001e900"
    "\U000118a0\U0002f800\U0001f600\ufe0f\U000e0041\U0010ffff\U00016121\U00016d63\U00016d67"
)
MEAN = st.text(st.sampled_from(ODD) | st.sampled_from("aZ9 ,\n_") | st.characters(codec="utf-8"), max_size=120)


def mean_text(generator: random.Random) -> str:
    """Draw a text of up to 200 characters, most of them odd."""
    size = generator.randrange(200)
    return "".join(generator.choice((*ODD, *"aZ9 ,\n_", " ", random_letter(generator))) for _ in range(size))


def random_letter(generator: random.Random) -> str:
    """Draw any code point but a surrogate."""
    point = generator.randrange(0x110000 - 0x800)
    return chr(point if point < 0xD800 else point + 0x800)
