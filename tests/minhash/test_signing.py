import random
from importlib import util

import numpy as np
import pyarrow as pa
import pytest
from datasketch import MinHash
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.outlets import BadInput
from curation.minhash import Scheme, signatures
from curation.minhash.scheme import EMPTY
from curation.minhash.signing import Signatures, hash_function, sign_plainly
from curation.text.shingles import shingles
from tests.minhash.texts import MEAN, mean_text

SHORT = ["", " … ", "satu", "Satu!", "satu dua tiga empat", "satu dua tiga empat lima", "a b c d e f"]
BOTH_HASHES = pytest.mark.parametrize("scheme", [Scheme(), Scheme(hash="sha1", seed=42)], ids=["xxh3", "sha1"])


def plainly(texts: pa.Array, scheme: Scheme | None = None) -> Signatures:
    signed = np.empty((len(texts), 128), np.uint32)
    sign_plainly(texts, scheme or Scheme(), signed)
    return signed


@BOTH_HASHES
def test_a_signature_is_that_of_datasketch(scheme: Scheme) -> None:
    generator = random.Random(4)
    texts = [*SHORT, *(mean_text(generator) for _ in range(60))]
    for text, signature in zip(texts, signatures(pa.array(texts), scheme), strict=True):
        oracle = MinHash(num_perm=128, seed=scheme.seed, hashfunc=hash_function(scheme.hash))
        oracle.update_batch([shingle.encode() for shingle in shingles(text)])
        assert np.array_equal(signature, oracle.hashvalues), text


@settings(max_examples=150, deadline=None)
@given(st.lists(MEAN, max_size=12), st.integers(1, 6))
def test_compiled_and_plain_agree_on_any_text(texts: list[str], words: int) -> None:
    column, scheme = pa.array(texts, pa.large_string()), Scheme(shingle_words=words)
    assert np.array_equal(signatures(column, scheme), plainly(column, scheme))


def test_compiled_and_plain_agree_on_thousands_of_odd_texts() -> None:
    generator = random.Random(20)
    column = pa.array([mean_text(generator) for _ in range(4000)], pa.large_string())
    assert np.array_equal(signatures(column, Scheme()), plainly(column))


def test_compiled_and_plain_agree_on_every_code_point_inside_and_between_words() -> None:
    letters = [chr(point) for point in (*range(0xD800), *range(0xE000, 0x32000), *range(0xE0000, 0xE0200))]
    texts = [
        " ".join(f"{letter}a{letter}b{letter} {letter}" for letter in letters[start : start + 100])
        for start in range(0, len(letters), 100)
    ]
    column = pa.array(texts, pa.large_string())
    assert np.array_equal(signatures(column, Scheme()), plainly(column))


def test_words_of_any_length_are_hashed_alike() -> None:
    words = ["x" * size for size in (*range(1, 700), 1024, 1025, 1088, 1089, 5000, 70_000)]
    texts = [*words, *(f"a {word} b" for word in words), " ".join(words[:400])]
    column = pa.array(texts, pa.large_string())
    assert np.array_equal(signatures(column, Scheme()), plainly(column))


def test_a_text_of_megabytes_is_signed() -> None:
    generator = random.Random(3)
    text = " ".join(str(generator.randrange(10**6)) for _ in range(200_000))
    column = pa.array([text], pa.large_string())
    assert np.array_equal(signatures(column, Scheme()), plainly(column))


@BOTH_HASHES
def test_a_text_without_words_has_an_empty_signature(scheme: Scheme) -> None:
    assert (signatures(pa.array(["", None, " … "]), scheme) == EMPTY).all()


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]
)
def test_the_form_of_the_column_does_not_matter(kind: pa.DataType) -> None:
    texts = ["Hujan lebat mengguyur kota sejak pagi", None, "ΟΔΟΣ é e\u0301 dan lain lain", "", "dua kata"]
    expected = plainly(pa.array([text or "" for text in texts]))
    column = pa.array(texts).cast(kind)
    assert np.array_equal(signatures(column, Scheme()), expected)
    assert np.array_equal(signatures(column.slice(1, 3), Scheme()), expected[1:4])
    chunked = pa.chunked_array([column.slice(0, 2), column.slice(2, 0), column.slice(2)])
    assert np.array_equal(signatures(chunked, Scheme()), expected)


@pytest.mark.parametrize("column", [pa.array([], pa.string()), pa.chunked_array([], pa.string())])
def test_no_texts_have_no_signatures(column: pa.StringArray) -> None:
    assert signatures(column, Scheme()).shape == (0, 128)


def test_what_is_not_text_is_refused() -> None:
    with pytest.raises(BadInput, match="int64"):
        signatures(pa.array([1, 2]), Scheme())
    broken = pa.array([b"baik", b"\xff\xfe\xe2"]).cast(pa.binary()).view(pa.string())
    with pytest.raises(BadInput, match="UTF-8"):
        signatures(broken, Scheme())


def test_without_numba_the_plain_path_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = pa.array(SHORT)
    compiled = signatures(texts, Scheme())
    monkeypatch.setattr("curation.minhash.signing.find_spec", lambda name: None)
    monkeypatch.setattr("curation.minhash.fast.sign", None)
    assert util.find_spec("numba")
    assert np.array_equal(signatures(texts, Scheme()), compiled)


def test_without_numba_and_xxhash_the_hash_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curation.minhash.signing.find_spec", lambda name: None)
    monkeypatch.setitem(__import__("sys").modules, "xxhash", None)
    with pytest.raises(BadInput, match="install one of them"):
        signatures(pa.array(SHORT), Scheme())
