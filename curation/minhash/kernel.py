# mypy: disable-error-code="untyped-decorator"
"""The fast path, compiled: Arrow string buffers → signatures and shared shingles.

No object is made per word or shingle: a text is folded once into its normal form, where a shingle is the
stretch from the opening of one word to the close of the fourth after it. All compiled code lies in this file,
for numba's cache notices changes in no other.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit, types
from numba.extending import intrinsic

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.uint64]
Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]
Questions = tuple[Hashes, Rows, npt.NDArray[np.uint8]]
"""What `inclusion.questions` makes."""

u32 = np.uint32
u64 = np.uint64

SPACE = 32
"""What the letter table gives for a code point that only parts words."""

CONTEXTUAL = 0x110000
"""What it gives for one that cannot be read by itself."""

AT_ONCE = 8
"""Hashes that `permute` takes in one pass over the signature: fewer leave the multiplier idle."""

SECRET = np.frombuffer(
    bytes.fromhex(
        "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
        "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
        "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
        "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
        "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
        "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e"
    ),
    np.uint8,
)
"""Default secret of XXH3."""

PRIME32 = (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D)
PRIME64 = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5)


class Strings(NamedTuple):
    """The buffers of an Arrow string array."""

    offsets: Rows
    """Where each text begins, and the end, int64 (texts + 1,)."""
    data: Bytes
    """UTF-8, uint8."""


class Scratch(NamedTuple):
    """Memory that is used again for every text."""

    form: Bytes
    """Normal form of the text."""
    opens: Places
    """Where each word opens in it, and where one after the last would."""
    hashes: Hashes
    """Hash of every shingle."""


@njit(cache=True)
def room(offsets: Rows) -> Scratch:
    """Make scratch memory for the longest text; in lower case a letter grows from two bytes to three at most."""
    longest = 0
    for text in range(len(offsets) - 1):
        longest = max(longest, offsets[text + 1] - offsets[text])
    return Scratch(
        np.empty(2 * longest + 8, np.uint8),
        np.empty(longest // 2 + 2, np.uint64),
        np.empty(longest // 2 + 2 + AT_ONCE, np.uint64),
    )


@njit(forceinline=True)
def plain_ahead(text: Bytes, at: u64) -> bool:
    """Say whether at least eight bytes of ASCII follow."""
    return bool(at + u64(8) <= len(text) and eight(text, at) & u64(0x8080808080808080) == 0)


@njit(forceinline=True)
def code_point(text: Bytes, at: u64) -> tuple[u64, u64]:
    """Decode one code point of valid UTF-8 and give the place after it."""
    letter = u64(text[at])
    at += u64(1)
    if letter >= 0x80:
        more = u64(1) + u64(letter >= 0xE0) + u64(letter >= 0xF0)
        letter &= u64(0x3F) >> more
        for _ in range(more):
            letter = letter << u64(6) | u64(text[at] & 0x3F)
            at += u64(1)
    return letter, at


@njit(cache=True)
def fold(text: Bytes, letters: npt.NDArray[np.uint32], scratch: Scratch) -> np.int64:
    """Write the normal form of a text, words one space apart, and give the number of words, or -1 at `CONTEXTUAL`.

    Eight bytes of ASCII go without a branch: a letter is always written, and stays if it belongs to a word or
    is the first space after one.
    """
    form, opens = scratch.form, scratch.opens
    words = place = inside = at = u64(0)
    while at < len(text):
        if plain_ahead(text, at):
            for byte in range(8):
                letter = letters[text[at + u64(byte)]]
                words, place, inside = put(letter, form, opens, (words, place, inside))
            at += u64(8)
            continue
        point, at = code_point(text, at)
        letter = letters[point]
        if letter == CONTEXTUAL:
            return np.int64(-1)
        if letter >= 0x80:
            opens[words] = place
            words += u64(1) - inside
            place = encode(letter, form, place)
            inside = u64(1)
        else:
            words, place, inside = put(letter, form, opens, (words, place, inside))
    opens[words] = place + inside
    return np.int64(words)


@njit(forceinline=True)
def put(letter: np.uint32, form: Bytes, opens: Places, at: tuple[u64, u64, u64]) -> tuple[u64, u64, u64]:
    """Write an ASCII letter; `at` is the number of words, the place in the form, and 1 inside a word, else 0."""
    words, place, inside = at
    word = u64(letter != SPACE)
    form[place] = letter
    opens[words] = place
    return words + (word & ~inside), place + (word | inside), word


@njit(cache=True)
def encode(letter: np.uint32, form: Bytes, place: u64) -> u64:
    """Write a letter beyond ASCII as UTF-8 and give the place after it."""
    more = u64(1) + u64(letter >= 0x800) + u64(letter >= 0x10000)
    form[place] = u64(0xF0) << (u64(3) - more) & u64(0xFF) | u64(letter) >> u64(6) * more
    for byte in range(more):
        rest = u64(letter) >> u64(6) * (more - u64(1) - u64(byte))
        form[place + u64(1) + u64(byte)] = u64(0x80) | rest & u64(0x3F)
    return place + u64(1) + more


@njit(cache=True)
def hash_shingles(text: Bytes, letters: npt.NDArray[np.uint32], width: int, scratch: Scratch) -> np.int64:
    """Hash every shingle of a text, repeated ones too, and give their number, or -1 where `fold` gave up."""
    words = fold(text, letters, scratch)
    span = min(np.int64(width), words)
    count = np.int64(words - span + 1 if words > 0 else words)
    others = False
    for first in range(count):
        begin, length = shingle(first, span, scratch.opens)
        if 16 < length <= 128:
            scratch.hashes[first] = xxh3_to_128(scratch.form, begin, length)
        else:
            others = True
    for first in range(count if others else 0):
        begin, length = shingle(first, span, scratch.opens)
        if length <= 16:
            scratch.hashes[first] = xxh3_to_16(scratch.form, begin, length)
        elif length > 128:
            scratch.hashes[first] = xxh3_from_129(scratch.form, begin, length)
    return count


@njit(forceinline=True)
def shingle(first: int, span: np.int64, opens: Places) -> tuple[u64, u64]:
    """Place and length of a shingle in the normal form."""
    begin = opens[first]
    return begin, opens[first + span] - u64(1) - begin


def multiply(_typing: Any, one: Any, other: Any) -> Any:
    """Tell numba how to multiply two words to 128 bits, for which Python has no type, and fold the halves."""

    def generate(_context: Any, builder: Any, _signature: Any, words: Any) -> Any:
        half, double = words[0].type, words[0].type.__class__(128)
        product = builder.mul(*(builder.zext(word, double) for word in words))
        high = builder.trunc(builder.lshr(product, double(64)), half)
        return builder.xor(builder.trunc(product, half), high)

    return types.uint64(types.uint64, types.uint64), generate


folded_product: Any = intrinsic(multiply)
"""Exclusive or of the halves of the 128-bit product of two words."""


@njit(forceinline=True)
def eight(form: Bytes, at: u64) -> u64:
    """Read a little-endian word; the compiler makes one load of it."""
    low = u64(form[at]) | u64(form[at + u64(1)]) << u64(8)
    low |= u64(form[at + u64(2)]) << u64(16) | u64(form[at + u64(3)]) << u64(24)
    low |= u64(form[at + u64(4)]) << u64(32) | u64(form[at + u64(5)]) << u64(40)
    return low | u64(form[at + u64(6)]) << u64(48) | u64(form[at + u64(7)]) << u64(56)


@njit(forceinline=True)
def four(form: Bytes, at: u64) -> np.uint32:
    """Read half a little-endian word."""
    low = u32(form[at]) | u32(form[at + u64(1)]) << u32(8)
    return u32(low | u32(form[at + u64(2)]) << u32(16) | u32(form[at + u64(3)]) << u32(24))


@njit(forceinline=True)
def key(at: int) -> u64:
    """Read a word of the secret."""
    return eight(SECRET, u64(at))


@njit(forceinline=True)
def sixteen(form: Bytes, at: u64, secret: int) -> u64:
    """Mix 16 bytes with 16 of the secret."""
    return u64(folded_product(eight(form, at) ^ key(secret), eight(form, at + u64(8)) ^ key(secret + 8)))


@njit(forceinline=True)
def avalanche(word: u64) -> u64:
    """Last mixing of XXH3."""
    word = (word ^ word >> u64(37)) * u64(0x165667919E3779F9)
    return word ^ word >> u64(32)


@njit(forceinline=True)
def xxh3_to_128(form: Bytes, begin: u64, length: u64) -> u64:
    """Hash 17 to 128 bytes as XXH3_64bits does with seed 0; the two below hash fewer and more.

    Source: Y. Collet, xxHash 0.8, `doc/xxhash_spec.md`.
    """
    end = begin + length
    total = length * u64(PRIME64[0])
    if length > 32:
        if length > 64:
            if length > 96:
                total += sixteen(form, begin + u64(48), 96) + sixteen(form, end - u64(64), 112)
            total += sixteen(form, begin + u64(32), 64) + sixteen(form, end - u64(48), 80)
        total += sixteen(form, begin + u64(16), 32) + sixteen(form, end - u64(32), 48)
    return avalanche(total + sixteen(form, begin, 0) + sixteen(form, end - u64(16), 16))


@njit(cache=True)
def xxh3_to_16(form: Bytes, begin: u64, length: u64) -> u64:
    """Hash 1 to 16 bytes."""
    end = begin + length
    if length > 8:
        low = eight(form, begin) ^ key(24) ^ key(32)
        high = eight(form, end - u64(8)) ^ key(40) ^ key(48)
        turned = u64(swapped(u32(low))) << u64(32) | u64(swapped(u32(low >> u64(32))))
        return avalanche(length + turned + high + folded_product(low, high))
    if length > 3:
        word = u64(four(form, end - u64(4))) + (u64(four(form, begin)) << u64(32)) ^ key(8) ^ key(16)
        word ^= (word << u64(49) | word >> u64(15)) ^ (word << u64(24) | word >> u64(40))
        word *= u64(0x9FB21C651E98DF25)
        word = (word ^ (word >> u64(35)) + length) * u64(0x9FB21C651E98DF25)
        return word ^ word >> u64(28)
    first, middle, last = u64(form[begin]), u64(form[begin + (length >> u64(1))]), u64(form[end - u64(1)])
    word = first << u64(16) | middle << u64(24) | last | length << u64(8)
    word ^= u64(four(SECRET, u64(0)) ^ four(SECRET, u64(4)))
    word = (word ^ word >> u64(33)) * u64(PRIME64[1])
    word = (word ^ word >> u64(29)) * u64(PRIME64[2])
    return word ^ word >> u64(32)


@njit(cache=True)
def swapped(word: np.uint32) -> np.uint32:
    """Reverse the bytes of half a word."""
    low = word << u32(24) | (word & u32(0xFF00)) << u32(8)
    return u32(low | word >> u32(8) & u32(0xFF00) | word >> u32(24))


@njit(cache=True)
def xxh3_from_129(form: Bytes, begin: u64, length: u64) -> u64:
    """Hash 129 bytes or more."""
    if length > 240:
        return xxh3_from_241(form, begin, length)
    total = length * u64(PRIME64[0])
    for part in range(8):
        total += sixteen(form, begin + u64(16 * part), 16 * part)
    total = avalanche(total)
    for part in range(8, length // 16):
        total += sixteen(form, begin + u64(16 * part), 16 * part - 125)
    return avalanche(total + sixteen(form, begin + length - u64(16), 119))


@njit(cache=True)
def xxh3_from_241(form: Bytes, begin: u64, length: u64) -> u64:
    """Hash 241 bytes or more: stripes of 64 into eight sums, which are scrambled after every 16 stripes."""
    sums = np.empty(8, np.uint64)
    sums[0], sums[5], sums[7] = PRIME32[2], PRIME32[1], PRIME32[0]
    sums[1], sums[2], sums[3], sums[4], sums[6] = PRIME64
    for stripe in range((length - u64(1)) // u64(64)):
        add_stripe(form, begin + u64(64 * stripe), 8 * (stripe % 16), sums)
        if stripe % 16 == 15:
            for lane in range(8):
                word = sums[lane]
                sums[lane] = (word ^ word >> u64(47) ^ key(128 + 8 * lane)) * u64(PRIME32[0])
    add_stripe(form, begin + length - u64(64), 121, sums)
    total = length * u64(PRIME64[0])
    for lane in range(0, 8, 2):
        total += folded_product(sums[lane] ^ key(11 + 8 * lane), sums[lane + 1] ^ key(19 + 8 * lane))
    return avalanche(total)


@njit(cache=True)
def add_stripe(form: Bytes, at: u64, secret: int, sums: Hashes) -> None:
    """Add 64 bytes to the eight sums."""
    for lane in range(8):
        word = eight(form, at + u64(8 * lane))
        keyed = word ^ key(secret + 8 * lane)
        sums[lane ^ 1] += word
        sums[lane] += (keyed & u64(0xFFFFFFFF)) * (keyed >> u64(32))


@njit(cache=True)
def mixed(hashed: u64) -> np.uint32:
    """Finalizer of MurmurHash3 over the low 32 bits."""
    word = u32(hashed)
    word = u32((word ^ word >> u32(16)) * u32(0x85EBCA6B))
    word = u32((word ^ word >> u32(13)) * u32(0xC2B2AE35))
    return u32(word ^ word >> u32(16))


@njit(cache=True)
def permute(hashes: Hashes, permutations: npt.NDArray[np.uint32], signature: npt.NDArray[np.uint32]) -> None:
    """Lower every value of a signature to the least of `a·h + b` modulo 2³²; hashes come in eights."""
    factors, summands = permutations[0], permutations[1]
    for at in range(0, len(hashes), AT_ONCE):
        a, b, c, d = mixed(hashes[at]), mixed(hashes[at + 1]), mixed(hashes[at + 2]), mixed(hashes[at + 3])
        e, f, g, h = mixed(hashes[at + 4]), mixed(hashes[at + 5]), mixed(hashes[at + 6]), mixed(hashes[at + 7])
        for k in range(len(signature)):
            x, y = factors[k], summands[k]
            left = min(u32(x * a + y), u32(x * b + y), u32(x * c + y), u32(x * d + y))
            right = min(u32(x * e + y), u32(x * f + y), u32(x * g + y), u32(x * h + y))
            signature[k] = min(signature[k], left, right)


@njit(cache=True, nogil=True)
def sign(
    strings: Strings,
    letters: npt.NDArray[np.uint32],
    width: int,
    permutations: npt.NDArray[np.uint32],
    signatures: npt.NDArray[np.uint32],
) -> npt.NDArray[np.bool_]:
    """Lower signatures, (texts, permutations), to those of the texts, and say which were left for their context."""
    offsets, data = strings
    left = np.zeros(len(offsets) - 1, np.bool_)
    scratch = room(offsets)
    for text in range(len(offsets) - 1):
        count = hash_shingles(data[offsets[text] : offsets[text + 1]], letters, width, scratch)
        left[text] = count < 0
        if count > 0:
            hashes = scratch.hashes[: (count + AT_ONCE - 1) // AT_ONCE * AT_ONCE]
            hashes[count:] = hashes[0]
            permute(hashes, permutations, signatures[text])
    return left


@njit(cache=True, nogil=True)
def hash_sets(
    strings: Strings, letters: npt.NDArray[np.uint32], width: int
) -> tuple[Hashes, Rows, npt.NDArray[np.bool_]]:
    """Give the distinct shingle hashes of all texts in a row, where those of each begin, and which were left."""
    offsets, data = strings
    left = np.zeros(len(offsets) - 1, np.bool_)
    scratch = room(offsets)
    starts = np.zeros(len(offsets), np.int64)
    sets = np.empty(len(data) // 4 + len(scratch.hashes), np.uint64)
    slots, stamps = hash_table(len(scratch.hashes))
    size = 0
    for text in range(len(offsets) - 1):
        count = hash_shingles(data[offsets[text] : offsets[text + 1]], letters, width, scratch)
        left[text] = count < 0
        if size + count > len(sets):
            sets = np.concatenate((sets[:size], np.empty(size + count, np.uint64)))
        for hashed in scratch.hashes[: max(count, 0)]:
            slot = seek(hashed, text + 1, slots, stamps)
            sets[size] = hashed
            size += stamps[slot] != text + 1
            slots[slot], stamps[slot] = hashed, text + 1
        starts[text + 1] = size
    return sets[:size], starts, left


@njit(cache=True)
def hash_table(size: int) -> tuple[Hashes, Rows]:
    """Make an open-addressed table for up to `size` hashes; a slot is in use where its stamp is the current one."""
    slots = 16
    while slots < 2 * size:
        slots *= 2
    return np.empty(slots, np.uint64), np.zeros(slots, np.int64)


@njit(cache=True)
def seek(hashed: u64, stamp: int, slots: Hashes, stamps: Rows) -> np.int64:
    """Find the slot that holds a hash, or the free one where it belongs."""
    last = u64(len(slots) - 1)
    slot = hashed & last
    while stamps[slot] == stamp and slots[slot] != hashed:
        slot = (slot + u64(1)) & last
    return np.int64(slot)


@njit(cache=True, nogil=True)
def shared(sets: Hashes, starts: Rows, pairs: Rows) -> Rows:
    """Count the hashes that the two texts of each pair have in common; pairs of one first text go together."""
    largest = 0
    for text in range(len(starts) - 1):
        largest = max(largest, starts[text + 1] - starts[text])
    slots, stamps = hash_table(largest)
    counts = np.zeros(len(pairs), np.int64)
    stamp = 0
    for pair in range(len(pairs)):
        first, second = pairs[pair]
        if pair == 0 or first != pairs[pair - 1, 0]:
            stamp += 1
            for hashed in sets[starts[first] : starts[first + 1]]:
                slot = seek(hashed, stamp, slots, stamps)
                slots[slot], stamps[slot] = hashed, stamp
        for hashed in sets[starts[second] : starts[second + 1]]:
            counts[pair] += stamps[seek(hashed, stamp, slots, stamps)] == stamp
    return counts


@njit(cache=True)
def grown(hashes: Hashes, size: int) -> Hashes:
    """Give room for one more after the first `size` hashes."""
    if size < len(hashes):
        return hashes
    return np.concatenate((hashes, np.empty(size + 16, np.uint64)))


@njit(cache=True, nogil=True)
def find_askers(
    strings: Strings,
    letters: npt.NDArray[np.uint32],
    width: int,
    questions: Questions,
    rows: Rows,
) -> tuple[Hashes, npt.NDArray[np.bool_]]:
    """Find who asks for enough shingles of each text: `asker << 32 | row`, and which texts were left for their context.

    Rows are those of the texts: no text answers itself.
    """
    offsets, data = strings
    left = np.zeros(len(offsets) - 1, np.bool_)
    scratch = room(offsets)
    heard, found = np.empty(1024, np.uint64), np.empty(1024, np.uint64)
    size = 0
    for text in range(len(offsets) - 1):
        count = hash_shingles(data[offsets[text] : offsets[text + 1]], letters, width, scratch)
        left[text] = count < 0
        heard, hits = hear(scratch.hashes[: max(count, 0)], rows[text], questions, heard)
        found, size = tell(heard[:hits], rows[text], questions, found, size)
    return found[:size], left


@njit(cache=True, nogil=True)
def find_askers_in_sets(sets: Hashes, starts: Rows, texts: Rows, questions: Questions, rows: Rows) -> Hashes:
    """Find askers as `find_askers` does, of some texts whose sets of hashes begin at `starts`."""
    heard, found = np.empty(1024, np.uint64), np.empty(1024, np.uint64)
    size = 0
    for place in range(len(texts)):
        text = texts[place]
        heard, hits = hear(sets[starts[text] : starts[text + 1]], rows[place], questions, heard)
        found, size = tell(heard[:hits], rows[place], questions, found, size)
    return found[:size]


@njit(cache=True)
def hear(hashes: Hashes, row: int, questions: Questions, heard: Hashes) -> tuple[Hashes, int]:
    """Note whoever asks for a shingle of a text, as `asker << 32 | shingle`, and count these notes."""
    asked, begins, _ = questions
    shift = u64(32)
    while len(begins) - 1 > 1 << (32 - np.int64(shift)):
        shift -= u64(1)
    hits = 0
    for hashed in hashes:
        wanted = u64(mixed(hashed))
        for place in range(begins[wanted >> shift], begins[(wanted >> shift) + u64(1)]):
            if asked[place] >> u64(32) == wanted and np.int64(asked[place] & u64(0xFFFFFFFF)) != row:
                heard = grown(heard, hits)
                heard[hits] = asked[place] << u64(32) | wanted
                hits += 1
    return heard, hits


@njit(cache=True)
def tell(heard: Hashes, row: int, questions: Questions, found: Hashes, size: int) -> tuple[Hashes, int]:
    """Put those that heard enough of a text behind the first `size` of what was found."""
    _, _, least = questions
    heard.sort()
    run = 0
    for hit in range(len(heard)):
        again = hit > 0 and heard[hit] == heard[hit - 1]
        same = hit > 0 and heard[hit] >> u64(32) == heard[hit - 1] >> u64(32)
        run = (run if same else 0) + (0 if again else 1)
        if not again and run == least[heard[hit] >> u64(32)]:
            found = grown(found, size)
            found[size] = heard[hit] & ~u64(0xFFFFFFFF) | u64(row)
            size += 1
    return found, size
