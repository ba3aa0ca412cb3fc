"""Texts → MinHash signatures."""

import hashlib
import os
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import numpy as np
import numpy.typing as npt

from crawler.outlets import BadInput
from curation.minhash.scheme import EMPTY, Scheme, permutations
from curation.minhash.texts import Texts, chunks
from curation.text.shingles import shingles

Signatures = npt.NDArray[np.uint32]


def signatures(texts: Texts, scheme: Scheme) -> Signatures:
    """Sign every text, uint32 (texts, permutations).

    A text of fewer than `shingle_words` words has one shingle, the whole of it; a text without words, or a
    null, has none, and `EMPTY` throughout. Raises BadInput as `texts.chunks` does.
    """
    fast = compiled() if scheme.hash == "xxh3" else None
    sign = fast.sign if fast else sign_plainly
    signed, done = np.full((len(texts), scheme.permutations), EMPTY), 0
    for chunk in chunks(texts):
        sign(chunk, scheme, signed[done : done + len(chunk)])
        done += len(chunk)
    return signed


def compiled() -> ModuleType | None:
    """Give the compiled path, or nothing where numba is not installed.

    Raises BadInput where numba has no place to keep what it compiled.
    """
    if find_spec("numba") is None:
        return None
    try:
        from curation.minhash import fast
    except RuntimeError as error:
        raise BadInput(f"NUMBA_CACHE_DIR: {error}; set it to a folder that can be written.") from error
    return fast


def compiles_first(function: str) -> bool:
    """Say whether a function of the kernel is yet to be compiled, once a machine: some seconds without a sound.

    Looks where numba keeps what it compiled; numba itself is not loaded, for that takes a second.
    """
    if find_spec("numba") is None:
        return False
    source = Path(__file__).with_name("kernel.py")
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    places = [Path(chosen)] if chosen else [source.with_name("__pycache__"), Path.home() / ".cache" / "numba"]
    indexes = (index for place in places for index in place.rglob(f"kernel.{function}-*.nbi"))
    return not any(index.stat().st_mtime >= source.stat().st_mtime for index in indexes)


def sign_plainly(texts: Texts, scheme: Scheme, signed: Signatures) -> None:
    """Sign every text as the definition says it, shingle by shingle: what `fast.sign` is tested against."""
    hash_shingle = hash_function(scheme.hash)
    factors, summands = permutations(scheme)
    for row, text in enumerate(texts.to_pylist()):
        hashes = [hash_shingle(shingle.encode()) for shingle in shingles(text, scheme.shingle_words)]
        spread = mixed(np.array(hashes, np.uint32))[:, None]
        signed[row] = (spread * factors + summands).min(axis=0, initial=EMPTY)


def hash_function(name: str) -> Callable[[bytes], int]:
    """Give the hash of that name, bytes → 32 bits: the `hashfunc` to make a `datasketch.MinHash` with.

    Raises BadInput for xxh3 where the package xxhash is not installed.
    """
    if name == "sha1":
        return lambda data: int.from_bytes(hashlib.sha1(data).digest()[:4], "little")
    try:
        from xxhash import xxh3_64_intdigest
    except ImportError as error:
        raise BadInput("scheme key hash: xxh3 needs numba or xxhash; install one of them.") from error
    return lambda data: xxh3_64_intdigest(data) & 0xFFFFFFFF


def mixed(hashes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Spread hashes with the 32-bit finalizer of MurmurHash3 (A. Appleby, public domain), a bijection."""
    hashes = (hashes ^ (hashes >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    hashes = (hashes ^ (hashes >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return hashes ^ (hashes >> np.uint32(16))
