import os
from functools import partial
from pathlib import Path

import pytest

from curation.runners import local


def leave_a_mark(task: int, folder: Path) -> None:
    if task < 0:
        raise ValueError(task)
    (folder / f"{task}-{os.getpid()}").touch()


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("tasks", [[], [1], [1, 2, 3, 4, 5]])
def test_every_task_is_done_once_and_told(tmp_path: Path, workers: int, tasks: list[int]) -> None:
    done = list(local.run(partial(leave_a_mark, folder=tmp_path), tasks, workers))
    assert sorted(done) == tasks
    assert sorted(int(path.name.partition("-")[0]) for path in tmp_path.iterdir()) == tasks


def test_several_workers_are_other_processes(tmp_path: Path) -> None:
    list(local.run(partial(leave_a_mark, folder=tmp_path), [1, 2], 2))
    assert not list(tmp_path.glob(f"*-{os.getpid()}"))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_task_that_fails_says_so(tmp_path: Path, workers: int) -> None:
    with pytest.raises(ValueError, match="-1"):
        list(local.run(partial(leave_a_mark, folder=tmp_path), [-1, 1], workers))
