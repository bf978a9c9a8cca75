"""The store of decisions: nothing confirmed is ever lost, nothing half-written is ever read, files merge."""

from __future__ import annotations

import contextlib
import datetime
import errno
import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hkinno_extract.errors import HkinnoError, OutputError, UsageError
from hkinno_extract.review import store as store_module
from hkinno_extract.review.decisions import Anchor, Decision, latest
from hkinno_extract.review.store import REVIEWS, Store
from tests.reviewing import decide, release

TEXT = "研發開支為330元。\n共有47人參與。\n按年上升12.1%。"


def decisions(count: int, decision: str = "accepted") -> list[Decision]:
    plain = release(TEXT)
    return [decide(plain, "amounts", n, decision) for n in range(count)]


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
DECISION = st.builds(
    Decision,
    record=st.sampled_from(["am-a", "am-b", "am-c"]),
    table=st.just("amounts"),
    doc_id=NAMES,
    decision=st.sampled_from(["accepted", "rejected", "corrected", "added", "withdrawn"]),
    anchor=st.builds(Anchor, text=NAMES, before=NAMES, after=NAMES, start=st.integers(0, 9)),
    who=NAMES,
    note=st.none() | NAMES,
    changes=st.dictionaries(st.sampled_from(["unit", "measure"]), st.lists(NAMES, min_size=2, max_size=2)),
)


@given(batches=st.lists(st.lists(DECISION, max_size=3), max_size=4))
def test_what_was_appended_is_read_back(batches: list[list[Decision]], tmp_path_factory: pytest.TempPathFactory) -> None:
    out = tmp_path_factory.mktemp("out")
    stamped = [d for batch in batches for d in Store(out).append(batch)]
    read = Store(out).read()
    assert read == stamped
    assert [d.replace(when="") for d in read] == [d for batch in batches for d in batch]
    assert [d.when for d in read] == sorted({d.when for d in read})


def test_a_clock_that_goes_back_changes_no_order(tmp_path: Path) -> None:
    times = iter([datetime.datetime(2025, 5, 1, tzinfo=datetime.UTC), datetime.datetime(2024, 5, 1, tzinfo=datetime.UTC)])
    store = Store(tmp_path, clock=lambda: next(times))
    first, second = decisions(1), decisions(1, "rejected")
    store.append(first)
    store.append(second)
    assert [d.decision for d in latest(store.read()).values()] == ["rejected"]


KILLED = """
    import sys, time
    from pathlib import Path
    from hkinno_extract.review.store import Store
    from tests.test_review_store import decisions
    first, second = decisions(2)
    store = Store(Path(sys.argv[1]))
    store.append([first])
    print("first", flush=True)
    time.sleep(60)
    store.append([second])
"""


def test_kill_between_two_decisions_keeps_the_first(tmp_path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "first\n"
        process.send_signal(signal.SIGKILL)
    assert [d.record for d in Store(tmp_path).read()] == [decisions(1)[0].record]
    Store(tmp_path).append(decisions(2)[1:])
    assert len(Store(tmp_path).read()) == 2


def test_half_a_line_is_passed_over_and_taken_away(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(decisions(2))
    whole = store.path.read_bytes()
    store.path.write_bytes(whole + b'{"record":"am-' + "創".encode()[:2])
    assert len(store.read()) == 2
    store.append(decisions(3)[2:])
    assert len(store.read()) == 3
    assert store.path.read_bytes().startswith(whole)


def test_a_last_line_without_its_line_feed_counts(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(decisions(2))
    store.path.write_bytes(store.path.read_bytes().rstrip(b"\n"))
    store.append(decisions(3)[2:])
    assert len(store.read()) == 3


@pytest.mark.parametrize("line", ["<<<<<<< ours", "{}", "[]", '{"record": "x"}'])
def test_a_line_that_is_no_decision_is_kept_and_named(tmp_path: Path, line: str) -> None:
    store = Store(tmp_path)
    store.append(decisions(1))
    store.path.write_text(store.path.read_text(encoding="utf-8") + line, encoding="utf-8")
    store.append(decisions(2)[1:])
    assert line in store.path.read_text(encoding="utf-8").splitlines()
    assert len(store.read()) == 2
    (problem,) = store.problems()
    assert f"{REVIEWS}:2: no decision" in problem


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append(decisions(2))
    store.path.write_bytes(b"\xef\xbb\xbf" + store.path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(store.read()) == 2
    store.append(decisions(3)[2:])
    assert len(store.read()) == 3


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    store = Store(tmp_path)
    store.append(decisions(1))
    with store._writing(), pytest.raises(OutputError, match="another command is writing decisions"):
        Store(tmp_path).append(decisions(1))
    assert len(store.read()) == 1


def test_a_full_disk_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)
    store.append(decisions(1))
    before = store.path.read_bytes()
    real = os.write

    def full(handle: int, data: Any) -> int:
        if len(data) > 40:
            return real(handle, data[:40])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(store_module.os, "write", full)
    with pytest.raises(OutputError, match=r"no space left.*make room"):
        store.append(decisions(2))
    assert store.path.read_bytes() == before


def test_a_disk_that_is_full_for_real(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    store = Store(tmp_path)
    store.append(decisions(1))
    before = store.path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, limits[1]))
    try:
        with pytest.raises(OutputError, match=REVIEWS):
            store.append(decisions(3))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert store.path.read_bytes() == before


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES])
def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refused(*_: Any, **__: Any) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(store_module.os, "open", refused)
    with pytest.raises(OutputError, match=REVIEWS):
        Store(tmp_path).append(decisions(1))
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_merging_keeps_everything_and_lists_conflicts(tmp_path: Path) -> None:
    ours, theirs = Store(tmp_path / "a"), Store(tmp_path / "b")
    first, second, third = decisions(3)
    ours.append([first, second])
    theirs.append([decisions(1, "rejected")[0], second, third])
    merged = ours.merge(theirs.path)
    assert merged.added == 3
    assert [(c.ours.decision, c.theirs.decision, c.standing.decision) for c in merged.conflicts] == [("accepted", "rejected", "rejected")]
    assert len(ours.read()) == 5
    assert ours.merge(theirs.path).added == 0
    theirs.merge(ours.path)
    assert latest(ours.read()) == latest(theirs.read())


def test_merging_what_is_no_store_changes_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "a")
    store.append(decisions(1))
    (tmp_path / "other.jsonl").write_text("{}\n{}\n", encoding="utf-8")
    for name in ("other.jsonl", "none.jsonl"):
        with pytest.raises(UsageError, match=name):
            store.merge(tmp_path / name)
    assert len(store.read()) == 1


@given(a=st.lists(DECISION, max_size=4), b=st.lists(DECISION, max_size=4))
def test_merging_is_the_same_from_both_sides(a: list[Decision], b: list[Decision], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("merge")
    ours, theirs = Store(folder / "a"), Store(folder / "b")
    ours.append(a)
    theirs.append(b)
    lines = {d.line() for s in (ours, theirs) for d in s.read()}
    for one, other in ((ours, theirs), (theirs, ours)):
        with contextlib.suppress(UsageError):  # a file that is not there
            one.merge(other.path)
    if a and b:
        assert {d.line() for d in ours.read()} == {d.line() for d in theirs.read()} == lines
        assert latest(ours.read()) == latest(theirs.read())


def test_a_line_is_plain_json(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append([decide(release(TEXT), "amounts", 0, "corrected", value_from="33000000000")])
    plain = json.loads(store.path.read_text(encoding="utf-8"))
    assert plain["changes"] == {"value_from": ["330", "33000000000"]}
    assert {"record", "table", "decision", "who", "when", "note"} <= set(plain)


def test_every_error_is_ours(tmp_path: Path) -> None:
    (tmp_path / REVIEWS).mkdir()
    with pytest.raises(HkinnoError):
        Store(tmp_path).append(decisions(1))
    with pytest.raises(HkinnoError):
        Store(tmp_path).read()
