"""Map work over tasks with processes of this machine."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TypeVar

Task = TypeVar("Task")


def run(work: Callable[[Task], None], tasks: Sequence[Task], workers: int) -> Iterator[Task]:
    """Do every task, up to `workers` at a time, and give each as it is done.

    The first task that fails raises here; tasks not begun are dropped, and a later build takes them up.
    """
    if workers == 1 or len(tasks) <= 1:
        for task in tasks:
            work(task)
            yield task
        return
    # Fork would copy locks that threads of Arrow may hold.
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(min(workers, len(tasks)), mp_context=context) as pool:
        futures = {pool.submit(work, task): task for task in tasks}
        try:
            for future in as_completed(futures):
                future.result()
                yield futures[future]
        finally:
            pool.shutdown(cancel_futures=True)
