"""The review page without a browser: who is let in, what a decision writes, what is found and counted."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hkinno_extract.cli.app import run_app
from hkinno_extract.errors import OutputError, UsageError
from hkinno_extract.pipeline.reviewed import refresh
from hkinno_extract.review import store as store_module
from hkinno_extract.review.outcome import Reviews
from hkinno_extract.review.page.app import make_app
from hkinno_extract.review.page.desk import Desk
from hkinno_extract.review.page.fields import CHOICES
from hkinno_extract.review.page.index import FILTERS, Filter
from hkinno_extract.review.page.security import LONGEST, Gate, Keys
from hkinno_extract.review.page.server import only_one
from hkinno_extract.review.store import REVIEWS, Store
from hkinno_extract.review.words import LANGUAGES, words_of
from tests.reviewing import decide, folder, release

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "src" / "hkinno_extract" / "review" / "page"
TEXT = "研發開支為330元。\n共有47人參與‹海濱科技›的課程。\n按年上升12.1%，‹海濱科技›另有9人。\n"
OTHER = "‹海濱科技›與‹青苗科技›共有9人。\n"


class Client:
    """A browser's requests: with the cookie and the key unless told otherwise."""

    def __init__(self, app: Gate, keys: Keys) -> None:
        self.app, self.keys = app, keys
        self.host = f"127.0.0.1:{keys.port}"
        self.mine = {"cookie": f"{keys.cookie_name}={keys.cookie}", "host": self.host}
        self.writes = {**self.mine, "origin": f"http://{self.host}", "x-hkinno-key": keys.key, "content-type": "application/json"}

    def ask(self, method: str, path: str, headers: dict[str, str], **more: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{self.host}") as client:
                return await client.request(method, path, headers=headers, **more)

        return asyncio.run(send())

    def get(self, path: str, **parameters: Any) -> Any:
        answer = self.ask("GET", path, self.mine, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: dict[str, Any] | None = None, status: int = 200) -> Any:
        answer = self.ask("POST", path, self.writes, json=body or {})
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return folder(tmp_path / "out", {"P1": release(TEXT), "P2": release(OTHER, "P2")})


@pytest.fixture
def patterns(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "patterns", tmp_path / "patterns")


@pytest.fixture
def desk(out: Path) -> Desk:
    return Desk(out, who="陳大文", refresh=refresh)


@pytest.fixture
def client(desk: Desk, patterns: Path) -> Client:
    keys = Keys(8425)
    return Client(make_app(desk, keys, patterns=patterns), keys)


def ids(client: Client, **wanted: str) -> list[str]:
    return [row["id"] for row in client.get("/api/records", **wanted)["rows"]]


def choose(client: Client, record_id: str, **more: Any) -> dict[str, Any]:
    record = client.get("/api/record", id=record_id)
    return {"id": record_id, "check": record["check"], **more}


# who is let in


def test_the_link_is_exchanged_for_a_cookie(client: Client) -> None:
    answer = client.ask("GET", f"/?token={client.keys.token}", {"host": client.host})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(f"{client.keys.cookie_name}={client.keys.cookie}".lower())
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert client.keys.token not in cookie


@pytest.mark.parametrize("path", ["/", "/?token=wrong", "/api/records", "/static/main.js", "/nothing"])
def test_without_the_cookie_there_is_nothing_to_see(client: Client, path: str) -> None:
    for cookie in ("", f"{client.keys.cookie_name}=wrong", "hkinno_review_1=" + client.keys.cookie, "=;;=\x01"):
        answer = client.ask("GET", path, {"host": client.host, "cookie": cookie})
        assert (answer.status_code, "link that hkinno review serve printed" in answer.text) == (401, True)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8425", "127.0.0.1", "127.0.0.1:80", "0.0.0.0:8425", ""])
def test_another_host_is_refused_before_the_token_counts(client: Client, host: str) -> None:
    answer = client.ask("GET", f"/?token={client.keys.token}", {**client.mine, "host": host})
    assert (answer.status_code, "set-cookie" in answer.headers) == (421, False)


REFUSED: list[tuple[str, dict[str, str], int]] = [
    ("another origin", {"origin": "https://evil.example"}, 403),
    ("another port", {"origin": "http://127.0.0.1:9999"}, 403),
    ("no origin", {"origin": ""}, 403),
    ("a null origin", {"origin": "null"}, 403),
    ("https of the same", {"origin": "https://127.0.0.1:8425"}, 403),
    ("no key", {"x-hkinno-key": ""}, 403),
    ("a wrong key", {"x-hkinno-key": "創新"}, 403),
    ("another site says the browser", {"sec-fetch-site": "cross-site"}, 403),
    ("a form", {"content-type": "application/x-www-form-urlencoded"}, 415),
    ("no cookie", {"cookie": ""}, 401),
    ("another host", {"host": "evil.example:8425"}, 421),
]


@pytest.mark.parametrize(("changes", "status"), [pytest.param(c, s, id=n) for n, c, s in REFUSED])
def test_a_write_that_is_not_the_page_s_is_refused(client: Client, out: Path, changes: dict[str, str], status: int) -> None:
    body = choose(client, ids(client)[0], review="accepted")
    headers = {k: v.encode() for k, v in (client.writes | changes).items() if v}
    answer = client.ask("POST", "/api/decide", headers, json=body)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert not (out / REVIEWS).exists()
    assert client.ask("POST", "/api/decide", client.writes, json=body).status_code == 200


def test_a_body_without_end_is_refused(client: Client) -> None:
    answer = client.ask("POST", "/api/undo", client.writes, content=b" " * (LONGEST + 1))
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/", "/static/main.js", "/api/records", "/nothing", "/?token=x"])
def test_every_answer_has_strict_headers(client: Client, path: str) -> None:
    for headers in (client.mine, {"host": "evil.example"}):
        answer = client.ask("GET", path, headers)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_page_holds_nothing_that_the_policy_would_stop(client: Client, language: str) -> None:
    answer = client.ask("GET", "/", client.mine, params={"lang": language})
    assert f'<html lang="{language}">' in answer.text
    assert f"hkinno_language={language}" in answer.headers["set-cookie"]
    assert re.findall(r"<script(?![^>]* src=)|<style|\son\w+=|style=|javascript:|https?://", answer.text) == []
    for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text):
        assert client.ask("GET", path, client.mine).status_code == 200


def test_the_browser_s_language_is_taken(client: Client) -> None:
    assert '<html lang="zh-Hant">' in client.ask("GET", "/", {**client.mine, "accept-language": "zh-HK,zh;q=0.9"}).text
    assert '<html lang="en">' in client.ask("GET", "/", {**client.mine, "accept-language": "fr"}).text


def test_words_and_scripts_agree() -> None:
    scripts = "".join(path.read_text(encoding="utf-8") for path in sorted((PAGE / "static").glob("*.js")))
    assert "innerHTML" not in scripts
    assert "eval(" not in scripts
    page = (PAGE / "templates" / "page.html").read_text(encoding="utf-8")
    used = set(re.findall(r'word\("([\w-]+)"', scripts)) | set(re.findall(r"words\.(\w+)", page)) | set(re.findall(r'"(k_\w+)"', page))
    report = "".join(p.read_text(encoding="utf-8") for p in sorted((PAGE.parent / "report").rglob("*")) if p.suffix in (".py", ".html"))
    made = ("v_", "c_", "s_", "q_", "t_", "one_", "done_", "k_")
    assert [key for key in words_of("en") if not key.startswith(made) and key not in scripts + page + report] == []
    english, chinese = words_of("en"), words_of("zh-Hant")
    assert used <= set(english)
    assert {f"v_{value}" for choices in CHOICES.values() for values in choices.values() for value in values} <= set(english)
    for key, text in english.items():
        assert text
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", chinese[key])), key


# what is found


def test_records_stand_in_the_order_of_the_text(client: Client) -> None:
    found = client.get("/api/records")
    assert [(r["doc_id"], r["text"]) for r in found["rows"]][:4] == [("P1", "330元"), ("P1", "47人"), ("P1", "海濱科技"), ("P1", "12.1%")]
    assert found["total"] == 9
    second = client.get("/api/records", snapshot=found["snapshot"], offset=4, limit=2)
    assert (second["snapshot"], [r["id"] for r in second["rows"]]) == (found["snapshot"], [r["id"] for r in found["rows"]][4:6])
    at = client.get("/api/records", at=found["rows"][7]["id"], limit=2)
    assert (at["position"], at["offset"], at["rows"][1]["id"]) == (7, 6, found["rows"][7]["id"])


FOUND: list[tuple[dict[str, str], int]] = [
    ({"table": "amounts"}, 5),
    ({"table": "organisations", "known": "false"}, 4),
    ({"known": "true"}, 0),
    ({"quality": "intact"}, 9),
    ({"quality": "damaged"}, 0),
    ({"pattern": "TO"}, 9),
    ({"source": "p2"}, 3),
    ({"since": "2025-01-02", "until": "2025-01-02"}, 9),
    ({"since": "2025-01-03"}, 0),
    ({"search": "海滨 科技 P2"}, 3),
    ({"state": "to-do"}, 8),
    ({"state": "unreviewed"}, 7),
    ({"state": "stale"}, 1),
    ({"state": "accepted"}, 1),
]


@pytest.mark.parametrize(("wanted", "count"), FOUND, ids=lambda v: str(v))
def test_filters(out: Path, wanted: dict[str, str], count: int) -> None:
    plain = release(TEXT)
    first, second = decide(plain, "amounts", 0), decide(plain, "amounts", 1)
    Store(out).append([first, second.replace(seen={**second.seen, "unit": "USD"})])
    desk = Desk(out, refresh=refresh)
    assert len(desk.index.find(Filter(**wanted)).ids) == count
    assert set(wanted) <= set(FILTERS)


# what a decision writes


def test_accept_correct_reject_add_and_undo_are_all_in_the_store(client: Client, out: Path) -> None:
    first, second, third, *_ = ids(client)
    done = client.post("/api/decide", choose(client, first, review="accepted", note="見原文"))
    assert (done["done"], done["row"]["review"], done["progress"]["decided"], done["record"]["who"]) == (
        "accepted",
        "accepted",
        1,
        "陳大文",
    )
    done = client.post(
        "/api/decide", choose(client, second, review="corrected", values={"value_from": "4,700", "unit": "人", "measure": "學員"})
    )
    assert [(f["name"], f["value"], f["extracted"]) for f in done["record"]["fields"] if "extracted" in f] == [
        ("value_from", "4700", "47"), ("measure", "學員", ""),
    ]  # fmt: skip
    assert client.post("/api/decide", choose(client, third, review="rejected"))["row"]["review"] == "rejected"
    added = client.post(
        "/api/add", {"doc_id": "P1", "table": "amounts", "text": "課程", "start": TEXT.index("課程"), "values": {"kind": "count"}}
    )
    assert (added["done"], added["row"]["text"], added["progress"]["total"]) == ("added", "課程", 10)
    undone = client.post("/api/undo")
    assert (undone["done"], undone["record"], undone["progress"]["total"]) == ("undone", None, 9)
    decisions = Store(out).read()
    assert [d.decision for d in decisions] == ["accepted", "corrected", "rejected", "added", "withdrawn"]
    assert {d.who for d in decisions} == {"陳大文"}
    assert decisions[0].note == "見原文"
    assert decisions[1].changes == {"measure": [None, "學員"], "value_from": ["47", "4700"]}
    assert Desk(out, refresh=refresh).index.progress() == client.get("/api/start")["progress"]


def test_undo_goes_back_to_what_stood_before(client: Client, out: Path) -> None:
    first = ids(client)[0]
    for review, values in (("accepted", {}), ("corrected", {"unit": "USD"}), ("rejected", {})):
        client.post("/api/decide", choose(client, first, review=review, values=values))
    states = [client.post("/api/undo")["record"] for _ in range(3)]
    assert [(r["review"], r["fields"][4]["value"]) for r in states] == [("corrected", "USD"), ("accepted", "HKD"), ("", "HKD")]
    assert "nothing was decided here" in client.post("/api/undo", status=409)["problem"]
    assert len(Store(out).read()) == 6


def test_undo_leaves_what_another_decided_since(client: Client, out: Path) -> None:
    first = ids(client)[0]
    client.post("/api/decide", choose(client, first, review="accepted"))
    Store(out).append([decide(release(TEXT), "amounts", 0, "rejected").replace(who="李")])
    assert "decided on again elsewhere" in client.post("/api/undo", status=409)["problem"]
    assert client.get("/api/record", id=first)["who"] == "李"


def test_a_decision_is_taken_back(client: Client, out: Path) -> None:
    first = ids(client)[0]
    client.post("/api/decide", choose(client, first, review="rejected"))
    assert client.post("/api/decide", choose(client, first, review="withdrawn"))["record"]["review"] == ""
    assert [d.decision for d in Store(out).read()] == ["rejected", "withdrawn"]


def test_a_note_goes_with_the_decision_that_stands(client: Client, out: Path) -> None:
    first = ids(client)[0]
    client.post("/api/decide", choose(client, first, review="accepted"))
    assert "nothing was changed" in client.post("/api/decide", choose(client, first, review="accepted"), status=409)["problem"]
    assert client.post("/api/decide", choose(client, first, review="accepted", note="核對過"))["record"]["note"] == "核對過"
    assert [d.note for d in Store(out).read()] == [None, "核對過"]


WRONG: list[tuple[str, dict[str, Any], int, str]] = [
    ("decide", {"values": {"value_from": "很多"}, "review": "corrected"}, 409, "value_from: '很多' is no number"),
    ("decide", {"values": {"value_from": "3.3E+10"}, "review": "corrected", "check": "c0"}, 409, "says something else since"),
    ("decide", {"id": "am-none"}, 409, "no record has that id now"),
    ("decide", {"review": "corrected"}, 409, "no value was changed"),
    ("decide", {"review": "splendid"}, 422, "review"),
    ("decide", {"more": 1}, 422, "more"),
    ("add", {"doc_id": "P1", "table": "amounts", "text": "沒有的字", "values": {"kind": "count"}}, 409, "does not stand in the release"),
    ("add", {"doc_id": "P1", "table": "organisations", "text": "海濱科技"}, 409, "stands in 2 places"),
    ("add", {"doc_id": "P1", "table": "amounts", "text": "參與"}, 409, "needs its kind"),
    ("add", {"doc_id": "P1", "table": "amounts", "text": " "}, 409, "needs its text"),
    ("add", {"doc_id": "../../etc/passwd", "table": "amounts", "text": "x"}, 409, "no release has the id"),
    ("add", {"doc_id": "P1", "table": "documents", "text": "x"}, 422, "table"),
]


@pytest.mark.parametrize(("path", "body", "status", "problem"), WRONG, ids=lambda v: str(v)[:40])
def test_what_cannot_be_taken_says_why_and_writes_nothing(
    client: Client, out: Path, path: str, body: dict[str, Any], status: int, problem: str
) -> None:
    whole = {**choose(client, ids(client)[0]), **body} if path == "decide" else body
    assert problem in client.post(f"/api/{path}", whole, status)["problem"]
    assert not (out / REVIEWS).exists()


@pytest.mark.parametrize("doc_id", ["../out/json/P1", "P3", "", "/etc/passwd"])
def test_only_releases_of_the_run_are_shown(client: Client, doc_id: str) -> None:
    answer = client.ask("GET", "/api/release", client.mine, params={"doc_id": doc_id})
    assert (answer.status_code, "no release has that id now" in answer.json()["problem"]) == (409, True)


@pytest.mark.parametrize("code", [errno.EROFS, errno.ENOSPC])
def test_a_decision_that_was_not_saved_is_not_shown_as_one(client: Client, out: Path, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ids(client)[0]
    body = choose(client, first, review="accepted")

    def refused(*_: Any) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(store_module.os, "open" if code == errno.EROFS else "write", refused)
    problem = client.post("/api/decide", body, status=507)["problem"]
    assert os.strerror(code).lower() in problem
    assert client.get("/api/records")["rows"][0]["review"] == ""
    assert client.get("/api/start")["can_undo"] is False
    monkeypatch.undo()
    client.post("/api/decide", body)
    assert len(Store(out).read()) == 1


def test_what_another_command_decides_is_seen(client: Client, out: Path) -> None:
    first, second, *_ = ids(client)
    client.post("/api/decide", choose(client, first, review="accepted"))
    Store(out).append([decide(release(TEXT), "amounts", 1, "rejected").replace(who="李")])
    assert client.get("/api/start")["progress"] == {"total": 9, "decided": 2, "accepted": 1, "rejected": 1}
    assert client.get("/api/record", id=second)["who"] == "李"


def test_what_another_command_decides_in_the_same_moment_is_not_missed(desk: Desk, out: Path) -> None:
    first, second, *_ = desk.index.find(Filter()).ids
    for other in ("rejected", "accepted"):
        mark = desk.record(first)["check"]
        Store(out).append([decide(release(TEXT), "amounts", 1, other).replace(who="李")])
        desk.decide(first, mark, review=other, typed={}, note="")  # without `notice`, as when it came in between
        assert [desk.index.entries[i].review for i in (first, second)] == [other, other]
    assert len(Store(out).read()) == 4


def test_a_rerun_is_seen(client: Client, out: Path) -> None:
    refresh(out)
    before = client.get("/api/records", table="amounts")
    folder(out, {"P3": release("另有12人。\n", "P3")})
    refresh(out)
    after = client.get("/api/records", table="amounts", snapshot=before["snapshot"])
    assert (after["total"], after["rows"][-1]["text"]) == (before["total"] + 1, "12人")
    assert client.get("/api/release", doc_id="P3")["document"]["doc_id"] == "P3"


def test_the_tables_are_updated_when_asked(client: Client, out: Path) -> None:
    client.post("/api/decide", choose(client, ids(client)[0], review="corrected", values={"unit": "USD"}))
    assert client.get("/api/start")["waiting"] == 1
    assert client.post("/api/tables")["waiting"] == 0
    assert ",USD," in (out / "amounts.csv").read_text(encoding="utf-8-sig")
    assert client.get("/api/start")["progress"]["corrected"] == 1


def test_a_snapshot_keeps_its_order_while_it_is_decided_on(client: Client) -> None:
    found = client.get("/api/records", state="to-do")
    client.post("/api/decide", choose(client, found["rows"][0]["id"], review="accepted"))
    again = client.get("/api/records", state="to-do", snapshot=found["snapshot"])
    assert [r["id"] for r in again["rows"]] == [r["id"] for r in found["rows"]]
    assert again["rows"][0]["review"] == "accepted"
    assert client.get("/api/records", state="to-do")["total"] == 8


DOINGS = st.lists(
    st.tuples(st.sampled_from(["accepted", "rejected", "corrected", "withdrawn", "add", "undo"]), st.integers(0, 8)), max_size=12
)


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(doings=DOINGS)
def test_whatever_is_done_the_page_shows_what_the_folder_says(
    doings: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = folder(tmp_path_factory.mktemp("out"), {"P1": release(TEXT), "P2": release(OTHER, "P2")})
    desk = Desk(out, refresh=refresh)
    desk.index.find(Filter())
    for doing, number in doings:
        record = list(desk.index.entries)[number % len(desk.index.entries)]
        with contextlib.suppress(UsageError):
            if doing == "undo":
                desk.undo()
            elif doing == "add":
                desk.add("P1", "amounts", text=TEXT[number], start=number, typed={"kind": "count"}, note="")
            else:
                typed = {"unit": f"U{number}", "name": f"名{number}"} if doing == "corrected" else {}
                desk.decide(record, desk.record(record)["check"], review=doing, typed=typed, note="")
    fresh = Desk(out, refresh=refresh)
    assert desk.index.entries == fresh.index.entries
    assert desk.index.progress() == fresh.index.progress()
    shown = desk.index.snapshot(1)
    assert shown is not None
    assert shown.ids == fresh.index.find(Filter()).ids


def test_lines_that_are_no_decisions_are_counted(out: Path) -> None:
    Store(out).append([decide(release(TEXT), "amounts", 0)])
    with (out / REVIEWS).open("a", encoding="utf-8") as handle:
        handle.write("<<<<<<< ours\n")
    desk = Desk(out, refresh=refresh)
    assert (desk.unreadable, desk.index.progress()["decided"]) == (1, 1)


# names for the gazetteer


def test_a_new_name_goes_into_the_gazetteer_as_the_command_puts_it(client: Client, patterns: Path, tmp_path: Path) -> None:
    record = next(i for i in ids(client, table="organisations"))
    values = {"name": "海濱科技", "type": "company", "source": "site", "org_id": "", "name_en": "", "aliases": "青苗科技|海濱"}
    body = {"id": record, "table": "organisations", "values": values}
    assert client.post("/api/name/reach", body) == {"records": 3, "releases": 2}
    own = shutil.copytree(ROOT / "patterns", tmp_path / "own")
    done = client.post("/api/name", body)
    arguments = ["--type", "company", "--source", "site", "--alias", "青苗科技", "--alias", "海濱", "--patterns", str(own)]
    assert run_app(["patterns", "add", "organisations", "海濱科技", *arguments]) == 0
    line = (patterns / "organisations.csv").read_text(encoding="utf-8").splitlines()[-1]
    assert line == done["line"] == (own / "organisations.csv").read_text(encoding="utf-8").splitlines()[-1]
    assert "is already a form of" in client.post("/api/name", body, status=409)["problem"]
    assert "a name is needed" in client.post("/api/name", {**body, "values": {"name": " "}}, status=409)["problem"]


def test_a_gazetteer_that_cannot_be_written_is_told_and_whole(client: Client, patterns: Path) -> None:
    path = patterns / "organisations.csv"
    before = path.read_bytes()
    path.unlink()
    path.mkdir()
    body = {"id": "x", "table": "organisations", "values": {"name": "海濱科技", "type": "company"}}
    assert "organisations.csv" in client.post("/api/name", body, status=409)["problem"]
    path.rmdir()
    path.write_bytes(before)
    client.post("/api/name", body)
    assert path.read_bytes().startswith(before)


# one server a folder


def test_the_second_server_on_a_folder_says_so(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("fcntl")
    with only_one(out):
        assert run_app(["review", "serve", "--out", str(out), "--no-browser"]) == 1
        assert "another review page is open on this folder" in capsys.readouterr().err
    with only_one(out), pytest.raises(OutputError), only_one(out):
        pass


def test_bad_input_is_one_clear_line(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, status, problem in (
        (["--out", str(tmp_path / "none")], 1, "no such file or directory"),
        (["--out", str(tmp_path)], 2, "holds no run's results"),
        (["--out", str(out), "--port", "99999"], 2, "the port cannot be used"),
        (["--out", str(out), "--patterns", str(tmp_path)], 1, "lexicon.csv"),
    ):
        assert run_app(["review", "serve", "--no-browser", *arguments]) == status
        assert problem in capsys.readouterr().err


def test_decisions_of_the_page_and_of_the_store_agree(client: Client, out: Path) -> None:
    """What the page shows after a decision is what a fresh reading of the folder shows."""
    for number, record in enumerate(ids(client)):
        client.post("/api/decide", choose(client, record, review=("accepted", "rejected")[number % 2]))
    fresh = Desk(out, refresh=refresh)
    assert {i: e.review for i, e in fresh.index.entries.items()} == {r["id"]: r["review"] for r in client.get("/api/records")["rows"]}
    assert json.loads((out / REVIEWS).read_text(encoding="utf-8").splitlines()[0])["who"] == "陳大文"
    assert len(Reviews.load(out).threads) == 9
