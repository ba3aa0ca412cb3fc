from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.outlets import BadInput
from curation.config import load_config
from curation.splits import SPLITS, TIME_SPLITS, split_of, splits_of, time_splits

KEYS = st.from_regex(r"[0-9a-f]{16}", fullmatch=True)
SHARES = st.floats(0, 0.5)


@given(KEYS, SHARES, SHARES, SHARES)
def test_a_larger_share_only_takes_clusters_in(key: str, validation: float, test: float, more: float) -> None:
    before, after = split_of(key, validation, test), split_of(key, validation, min(0.5, test + more))
    assert after in (before, "test")
    wider = split_of(key, min(0.5, validation + more), test)
    assert wider == before or (before, wider) == ("train", "validation")


def test_shares_are_kept() -> None:
    keys = [f"{number:016x}" for number in range(20_000)]
    counts = Counter(SPLITS[code] for code in splits_of(keys, 0.1, 0.2).tolist())
    assert counts["test"] == pytest.approx(4000, rel=0.05)
    assert counts["validation"] == pytest.approx(2000, rel=0.05)
    assert set(splits_of(keys[:50], 0.0, 0.0).tolist()) == {SPLITS.index("train")}
    assert set(splits_of(keys[:50], 0.5, 0.5).tolist()) == {SPLITS.index("validation"), SPLITS.index("test")}


@pytest.mark.parametrize(("key", "split"), [("1", "train"), ("3", "test"), ("4", "validation")])
def test_a_cluster_stays_where_it_was_in_every_release(key: str, split: str) -> None:
    assert split_of(key.zfill(16), 0.2, 0.3) == split


def days(*written: str) -> np.ndarray:
    return np.array(written, "datetime64[us]")


def told(codes: np.ndarray) -> list[str]:
    return [TIME_SPLITS[code] for code in codes.tolist()]


def test_the_latest_weeks_end_with_the_newest_day() -> None:
    published = days("2026-10-31T23:00", "2026-10-18T00:00", "2026-10-17T23:59:59.999999", "NaT", "2020-01-01")
    assert told(time_splits(published, 2)) == ["test", "test", "train", "", "train"]
    assert told(time_splits(published, 0)) == ["train", "train", "train", "", "train"]


def test_a_day_after_the_last_capture_ends_nothing() -> None:
    published = days("2099-01-01", "2026-10-31", "2026-10-01")
    capture = np.datetime64("2026-10-30T20:00", "us")
    assert told(time_splits(published, 1, capture)) == ["test", "test", "train"]
    assert told(time_splits(published, 1)) == ["test", "train", "train"]


def test_nothing_dated_is_nothing_held_back() -> None:
    assert told(time_splits(days("NaT"), 4)) == [""]
    assert told(time_splits(days(), 4)) == []


def test_shares_of_more_than_all_there_is_are_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "saring.toml"
    wrong.write_text("[splits]\nvalidation = 0.6\ntest = 0.6\n", encoding="utf-8")
    with pytest.raises(BadInput, match="validation and test are more than all"):
        load_config(wrong)
