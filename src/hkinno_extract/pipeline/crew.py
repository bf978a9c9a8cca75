"""Processes that share work, and survive the death of one of them.

In: tasks and a function that can be pickled. Out: each task with its result, once, in order of completion. Where a process dies (out of
memory, kill -9) the tasks that were under way are done again, each alone; one that kills its process alone is split until what is left
is one release, which is named. Look first at `Crew.results`.
"""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")
AHEAD = 2
"""Tasks a worker that are handed out at a time, so that none waits for the driver."""

_PRELOADED = ("hkinno_extract.pipeline.extractor", "hkinno_extract.recognition.engine", "hkinno_extract.segmentation.tokenizer")
"""What the processes are forked with, so that they share its memory."""


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Crew(Generic[Task, Result]):
    """`workers` processes that call `call`. `split` gives the parts of a task, one where it cannot be split; `poisoned` what to make of a
    task of one release that kills its process."""

    def __init__(
        self,
        workers: int,
        call: Callable[[Task], Result],
        *,
        split: Callable[[Task], Sequence[Task]],
        poisoned: Callable[[Task], Result],
    ) -> None:
        self._workers, self._call, self._split, self._poisoned = workers, call, split, poisoned

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Result]]:
        """Every task with its result. What `call` raises is raised here, and ends the work."""
        waiting = iter(tasks)
        while True:
            suspects: list[Task] = []
            yield from self._together(waiting, suspects)
            if not suspects:
                return
            for suspect in suspects:
                yield from self._alone(suspect)

    def _together(self, waiting: Iterator[Task], suspects: list[Task]) -> Iterator[tuple[Task, Result]]:
        """Works until nothing waits, or a process dies: then the tasks that were under way are `suspects`."""
        with _pool(self._workers) as pool:
            flying: dict[Future[Result], Task] = {}
            try:
                while True:
                    for task in itertools.islice(waiting, self._workers * AHEAD - len(flying)):
                        flying[_submitted(pool, self._call, task)] = task
                    if not flying:
                        return
                    for future in wait(flying, return_when=FIRST_COMPLETED).done:
                        result = future.result()
                        yield flying.pop(future), result
            except BrokenProcessPool:
                for future, task in flying.items():
                    if future.done() and not future.cancelled() and future.exception() is None:
                        yield task, future.result()
                    else:
                        suspects.append(task)

    def _alone(self, task: Task) -> Iterator[tuple[Task, Result]]:
        try:
            with _pool(1) as pool:
                result = _submitted(pool, self._call, task).result()
        except BrokenProcessPool:
            parts = self._split(task)
            if len(parts) < 2:
                yield task, self._poisoned(task)
                return
            for part in parts:
                yield from self._alone(part)
        else:
            yield task, result


def _submitted(pool: ProcessPoolExecutor, call: Callable[[Task], Result], task: Task) -> Future[Result]:
    try:
        return pool.submit(call, task)
    except BrokenProcessPool as error:
        broken: Future[Result] = Future()
        broken.set_exception(error)
        return broken


@contextlib.contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that end with the block, at once where it ends by an exception."""
    forking = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if forking else "spawn")
    if forking:
        context.set_forkserver_preload(list(_PRELOADED))
    pool = ProcessPoolExecutor(workers, mp_context=context)
    try:
        yield pool
    except BaseException:
        for process in list((pool._processes or {}).values()):
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
