"""The settings that two signatures must share before they may be compared."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from crawler.outlets import BadInput
from curation.text.shingles import NORMAL_FORM, SHINGLES

HASHES = ("xxh3", "sha1")
"""`xxh3` is the low half of XXH3 with 64 bits: `hashfunc=lambda data: xxhash.xxh3_64_intdigest(data) & 0xFFFFFFFF`.
It is twice as fast as SHA-1 in the compiled kernel (8.7 against 18.7 µs a text of 413 words), so only it is
compiled. `sha1` is what datasketch takes when told nothing, and always goes the plain way."""

EMPTY = np.uint32(2**32 - 1)
"""Every value of the signature of a text without words, as in datasketch."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a text becomes a signature and its bands; stored beside everything that was made with it.

    Signatures are bit for bit those of datasketch 2.0, `MinHash(num_perm=permutations, seed=seed, hashfunc=…)`
    in its default scheme `affine32`, over the shingles encoded as UTF-8.

    Raises BadInput where a value is out of range, or where a version is not the one this program makes.
    """

    permutations: int = 128
    """Length of a signature."""
    seed: int = 1
    """Seed of the permutations."""
    hash: str = "xxh3"
    """Hash of a shingle, one of `HASHES`."""
    shingle_words: int = 5
    """Words in a shingle."""
    bands: int = 25
    """Keys of a document. 25 of 5 rows find a pair of similarity 0.8 with probability 0.99995."""
    rows: int = 5
    """Signature values that make up one key."""
    normal_form: int = NORMAL_FORM
    """Version of `curation.text.shingles.tokens`."""
    shingles: int = SHINGLES
    """Version of `curation.text.shingles.shingles`."""

    def __post_init__(self) -> None:
        """Check every value."""
        for name in ("permutations", "shingle_words", "bands", "rows"):
            if getattr(self, name) < 1:
                raise BadInput(f"scheme key {name}: {getattr(self, name)} is too small; set it to 1 or more.")
        if not 0 <= self.seed < 2**32:
            raise BadInput(f"scheme key seed: {self.seed} is out of range; set it from 0 to 4294967295.")
        if self.bands * self.rows > self.permutations:
            raise BadInput(
                f"scheme key bands: {self.bands} bands of {self.rows} rows need "
                f"{self.bands * self.rows} permutations; set permutations to that or more."
            )
        if self.hash not in HASHES:
            raise BadInput(f"scheme key hash: {self.hash!r} is not known; set it to {' or '.join(HASHES)}.")
        if (self.normal_form, self.shingles) != (NORMAL_FORM, SHINGLES):
            raise BadInput(
                f"scheme keys normal_form and shingles: versions {self.normal_form} and {self.shingles} were "
                f"made by another saring (this one makes {NORMAL_FORM} and {SHINGLES}); sign the texts anew."
            )

    def to_json(self) -> str:
        """Write all keys as one line of JSON, sorted by name."""
        return json.dumps(asdict(self), sort_keys=True)

    def digest(self) -> str:
        """Give 16 hex digits that differ between any two schemes."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]


def scheme_from_json(line: str) -> Scheme:
    """Read a scheme back; raises BadInput where a key is missing, unknown, or of the wrong type."""
    try:
        table = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadInput(f"scheme: this is not valid JSON ({error}); sign the texts anew.") from error
    expected = {field.name: field.type for field in fields(Scheme)}
    if not isinstance(table, dict) or {key: type(value) for key, value in table.items()} != expected:
        raise BadInput(f"scheme: the keys must be {', '.join(expected)} and nothing else; sign the texts anew.")
    return Scheme(**table)


def require_same(one: Scheme, other: Scheme) -> None:
    """Raise BadInput, naming the first key that differs, where two schemes are not the same."""
    for field in fields(Scheme):
        ours, theirs = getattr(one, field.name), getattr(other, field.name)
        if ours != theirs:
            raise BadInput(
                f"scheme key {field.name}: signatures made with {ours} and with {theirs} cannot be compared; "
                "sign both with one scheme."
            )


@lru_cache
def permutations(scheme: Scheme) -> npt.NDArray[np.uint32]:
    """Draw the factors (odd) and summands of `h → a·h + b mod 2³²` as datasketch does, uint32 (2, permutations).

    Source: `datasketch.MinHash._init_permutations` 2.0.0, scheme `affine32`.
    """
    generator = np.random.RandomState(scheme.seed)
    half = generator.randint(0, 2**31, scheme.permutations, dtype=np.uint32)
    summands = generator.randint(0, 2**32, scheme.permutations, dtype=np.uint32)
    return np.stack([half * np.uint32(2) + np.uint32(1), summands])
