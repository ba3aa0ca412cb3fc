import os
import time
from functools import partial

import pytest

from curation import guard
from curation.guard import Failure, guarded

SECONDS = 20.0


def double(number: int) -> int:
    return 2 * number


def misbehave(deed: str) -> str:
    if deed == "raise":
        raise KeyError(deed)
    if deed == "die":
        os._exit(139)
    if deed == "hang":
        while True:
            pass
    if deed == "sleep":
        time.sleep(60)
    if deed == "wait":
        time.sleep(3.0)
    return deed.upper()


def test_results_come_in_order_beside_their_items() -> None:
    assert list(guarded(double, range(50), SECONDS)) == [(number, 2 * number) for number in range(50)]


def test_partials_are_work_too() -> None:
    assert list(guarded(partial(pow, 3), [2, 3], SECONDS)) == [(2, 9), (3, 27)]


@pytest.mark.parametrize(
    ("deed", "failure"),
    [
        ("raise", Failure(timeout=False, detail="KeyError: 'raise'")),
        ("die", Failure(timeout=False, detail="the process died with exit code 139")),
    ],
)
def test_what_fails_becomes_a_value_and_the_rest_goes_on(deed: str, failure: Failure) -> None:
    assert list(guarded(misbehave, ["a", deed, "b", "c"], SECONDS)) == [
        ("a", "A"), (deed, failure), ("b", "B"), ("c", "C")
    ]  # fmt: skip


def test_what_hangs_is_stopped_and_the_rest_goes_on() -> None:
    outcomes = [outcome for _, outcome in guarded(misbehave, ["a", "hang", "b"], 2.0)]
    assert outcomes == ["A", Failure(timeout=True, detail="no result in 2 s"), "B"]


def test_what_sleeps_for_good_is_stopped_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "PATIENCE", 2)
    # The start of a process counts too, and takes seconds where all tests run at once.
    outcomes = [outcome for _, outcome in guarded(misbehave, ["a", "sleep", "b"], 5.0)]
    assert outcomes == ["A", Failure(timeout=True, detail="no result in 5 s"), "B"]


def test_what_only_waits_for_its_turn_is_not_stopped() -> None:
    assert [outcome for _, outcome in guarded(misbehave, ["a", "wait"], 2.0)] == ["A", "WAIT"]
