import json
from dataclasses import fields, replace

import numpy as np
import pytest
from datasketch import MinHash

from crawler.outlets import BadInput
from curation.minhash import Scheme, require_same, scheme_from_json
from curation.minhash.scheme import permutations

OTHERS = {"permutations": 256, "seed": 7, "hash": "sha1", "shingle_words": 3, "bands": 16, "rows": 4}


@pytest.mark.parametrize("seed", [0, 1, 4_294_967_295])
def test_permutations_are_those_of_datasketch(seed: int) -> None:
    scheme = Scheme(permutations=64, seed=seed, bands=12)
    assert np.array_equal(permutations(scheme), MinHash(num_perm=64, seed=seed).permutations)


@pytest.mark.parametrize(("name", "value"), OTHERS.items())
def test_any_other_value_is_another_scheme(name: str, value: object) -> None:
    other = replace(Scheme(), **{name: value})
    assert other.digest() != Scheme().digest()
    with pytest.raises(BadInput, match=f"key {name}: "):
        require_same(Scheme(), other)


def test_json_gives_the_scheme_back() -> None:
    scheme = Scheme(seed=9, hash="sha1")
    again = scheme_from_json(scheme.to_json())
    require_same(scheme, again)
    assert again == scheme
    assert again.digest() == scheme.digest()


def test_json_holds_every_key() -> None:
    assert set(json.loads(Scheme().to_json())) == {field.name for field in fields(Scheme)}


@pytest.mark.parametrize(
    "line",
    ["", "[]", "{}", '{"seed": 1}', Scheme().to_json().replace("128", '"128"'), Scheme().to_json()[:-1] + ', "x": 1}'],
)
def test_json_that_is_no_scheme_is_refused(line: str) -> None:
    with pytest.raises(BadInput, match=r"^scheme: .*sign the texts anew\.$"):
        scheme_from_json(line)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("permutations", 0),
        ("bands", 0),
        ("rows", 6),
        ("seed", -1),
        ("hash", "md5"),
        ("shingle_words", 0),
        ("normal_form", 0),
        ("shingles", 99),
    ],
)
def test_a_value_out_of_range_is_refused(name: str, value: object) -> None:
    with pytest.raises(BadInput, match="scheme key"):
        replace(Scheme(), **{name: value})
