"""The review page with many records: `python -m benchmarks.review_page [RECORDS]`.

Serves an output folder of RECORDS amounts (100,000) by the command itself and opens it in Chromium where there is one. Targets of the
project: the page's first view at most 1 s, a decision at most 50 ms. `start` is the command until it prints its link; `first_view` from
the page's address to the first records and their release on the screen, the worst of three; decisions are writes over HTTP, each on the
disk when it is answered. All is measured with nothing decided, then with a decision on every record. The last line is one JSON object; all
are wall times.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from benchmarks.review import A_RELEASE, text_of
from hkinno_extract.review.matching import draft
from hkinno_extract.review.store import Store
from tests.browsers import FLAGS, Served, serving
from tests.reviewing import folder, release

DECISIONS = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", type=int, nargs="?", default=100_000)
    records = parser.parse_args().records
    figures: dict[str, Any] = {"records": records}
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        ids = [f"P{number:06}" for number in range(records // A_RELEASE)]
        releases = {d: release(text_of(n), d, measure="本地研發總開支", period="2024-12") for n, d in enumerate(ids)}
        folder(out, releases)
        figures["nothing_decided"] = measured(out)
        (out / "reviews.jsonl").unlink()
        Store(out).append([draft(plain, "amounts", row, "accepted") for plain in releases.values() for row in plain["amounts"]])
        figures["all_decided"] = measured(out)
    print(json.dumps(figures))


def measured(out: Path) -> dict[str, Any]:
    """The figures of the page on the folder `out`."""
    figures: dict[str, Any] = {}
    started = time.perf_counter()
    with serving(out) as served:
        figures["start_s"] = round(time.perf_counter() - started, 2)
        figures["first_view_s"] = first_view(served)
        figures |= answers(served)
    print(figures, flush=True)
    return figures


def first_view(served: Served) -> float | None:
    """Seconds from the link to the first records and their release on the screen, the worst of three browsers; None without a browser."""
    path = shutil.which("chromium")
    if path is None:
        print("NO chromium: the first view was NOT measured")
        return None
    from playwright.sync_api import sync_playwright

    seconds = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for _ in range(3):
            context = browser.new_context()
            context.request.get(served.link)
            page = context.new_page()
            started = time.perf_counter()
            page.goto(f"{served.address}/?state=")
            page.wait_for_selector(".row")
            page.wait_for_selector("#text .span.current")
            seconds.append(time.perf_counter() - started)
        browser.close()
    return round(max(seconds), 3)


def answers(served: Served) -> dict[str, float]:
    """Milliseconds of a page of the list anywhere, of a search, and of decisions: median and worst."""
    with httpx.Client(base_url=served.address, follow_redirects=True) as client:
        page = client.get(served.link).text
        key = re.search(r'"key": "([^"]+)"', page)
        assert key is not None
        headers = {"origin": served.address, "x-hkinno-key": key[1]}
        found, filtering = timed(lambda: client.get("/api/records", params={"search": "開支 元", "limit": 100}))
        snapshot, total = found.json()["snapshot"], found.json()["total"]
        here = {"search": "開支 元", "snapshot": snapshot, "limit": 100}
        pages = [timed(lambda at=at: client.get("/api/records", params={**here, "offset": at}))[1] for at in range(0, total, total // 50)]
        decisions = list(decided(client, headers, [row["id"] for row in found.json()["rows"]]))
    return {
        "search_ms": filtering,
        "list_page_ms": round(max(pages), 1),
        "decision_ms": round(statistics.median(decisions), 1),
        "worst_decision_ms": round(max(decisions), 1),
    }


def decided(client: httpx.Client, headers: dict[str, str], ids: list[str]) -> Iterator[float]:
    """Milliseconds of each of DECISIONS decisions: accepted, rejected, corrected in turn."""
    for number in range(DECISIONS):
        record = client.get("/api/record", params={"id": ids[number % len(ids)]}).json()
        review = ("rejected", "corrected", "accepted")[number % 3]
        values = {"measure": f"開支{number}"} if review == "corrected" else {}
        body = {"id": record["id"], "check": record["check"], "review": review, "values": values, "note": f"第{number}次"}
        answer, milliseconds = timed(lambda body=body: client.post("/api/decide", json=body, headers=headers))
        assert answer.status_code == 200, answer.text
        yield milliseconds


def timed(work: Any) -> tuple[httpx.Response, float]:
    """What `work` answers, and milliseconds."""
    started = time.perf_counter()
    answer = work()
    return answer, round((time.perf_counter() - started) * 1000, 1)


if __name__ == "__main__":
    main()
