"""The review page in a browser, as an analyst uses it: by keys alone, with hostile releases, on small and full disks."""

from __future__ import annotations

import contextlib
import http.server
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from hkinno_extract.cli.app import run_app
from hkinno_extract.pipeline.run import run
from hkinno_extract.review.store import REVIEWS, Store
from hkinno_extract.settings import Settings
from tests.browsers import FLAGS, Served, chromium, serving
from tests.reviewing import folder, release

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[1]
SCREENSHOTS = "HKINNO_SCREENSHOTS"
HOSTILE = (
    '<script>window.hit = 1</script>"><img src=x onerror="window.hit = 2">{{7*7}}</textarea></script><svg onload=\'window.hit=3\'>\n'
    "香港海濱科技有限公司\u202e獲撥款330元\u202c，\u2067按年上升12.1%\u2069。𠝹\u200b共有47人參與\ufffd\ufffd計劃。\n"
)
HOSTILE_NAME = "\"><img src=x onerror='window.hit=4'>{{7*7}}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the samples and of a hostile release with a hostile name."""
    raw = shutil.copytree(ROOT / "raw" / "samples", tmp_path_factory.mktemp("raw") / "raw")
    (raw / f"{HOSTILE_NAME}.txt").write_text(HOSTILE + "創新" * 50_000 + "\n", encoding="utf-8")
    out = tmp_path_factory.mktemp("results") / "outputs"
    run(Settings(raw=raw, out=out, patterns=ROOT / "patterns"))
    return out


@pytest.fixture
def served(results: Path, tmp_path: Path) -> Iterator[Served]:
    patterns = shutil.copytree(ROOT / "patterns", tmp_path / "patterns")
    with serving(shutil.copytree(results, tmp_path / "outputs"), "--patterns", str(patterns)) as served:
        yield served


@contextlib.contextmanager
def opened(browser: Browser, served: Served, path: str = "/?state=", **options: object) -> Iterator[Page]:
    """The page, let in by its link; what it asks of other addresses, and what it complains of, fails the test."""
    context = browser.new_context(**{"viewport": {"width": 1400, "height": 850}, "locale": "en-GB", **options})  # type: ignore[arg-type]
    asked: list[str] = []
    said: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("console", lambda message: said.append(message.text))
    page = context.new_page()
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(served.link)
    page.goto(f"{served.address}{path}")
    idle(page)
    yield page
    assert [url for url in asked if not url.startswith((served.address, "data:"))] == []
    assert [line for line in said if "507" not in line] == []
    context.close()


def idle(page: Page) -> None:
    """Waits until the page has done what it was told."""
    page.wait_for_selector("#form .fields")
    page.wait_for_selector("main[aria-busy=false]")


def press(page: Page, keys: str) -> None:
    """Presses one key after another, each when the one before is done."""
    for key in keys:
        page.keyboard.press(key)
        idle(page)


def chosen(page: Page) -> str:
    return page.locator('[role="option"][aria-selected="true"]').get_attribute("data-id") or ""


def told(page: Page, text: str) -> None:
    idle(page)
    expect(page.locator("#status")).to_contain_text(text)


def test_a_review_by_keys_is_in_the_store_and_there_after_a_reload(browser: Browser, served: Served) -> None:
    with opened(browser, served, "/?state=&table=amounts&search=P2025061100255") as page:
        accepted = chosen(page)
        press(page, "a")
        told(page, "Accepted")
        press(page, "j")
        corrected = chosen(page)
        assert corrected not in ("", accepted)
        press(page, "e")
        page.locator("[name=field-measure]").fill("本地研發總開支<b>")
        page.keyboard.press("Enter")
        told(page, "Correction saved")
        rejected = chosen(page)
        press(page, "r")
        told(page, "Rejected")
        undone = chosen(page)
        press(page, "a")
        told(page, "Accepted")
        press(page, "u")
        told(page, "Undone")
        expect(page.locator(f'[data-id="{undone}"]')).to_have_attribute("aria-selected", "true")
        page.evaluate("document.getSelection().setBaseAndExtent(document.querySelector('#text').firstChild.firstChild, 0, "
                      "document.querySelector('#text').firstChild.firstChild, 2)")  # fmt: skip
        press(page, "n")
        text = page.locator("#new-form [name=text]").input_value()
        assert len(text) == 2
        page.locator("#new-form [name=table]").select_option("programmes")
        page.locator("#new-form [name=field-type]").select_option("scheme")
        page.locator("#new-form [name=field-type]").press("Enter")
        told(page, "Record added")
        expect(page.locator("#record-kind")).to_have_text("Programme")
        decisions = Store(served.out).read()
        assert [(d.record, d.decision) for d in decisions[:5]] == [
            (accepted, "accepted"), (corrected, "corrected"), (rejected, "rejected"), (undone, "accepted"), (undone, "withdrawn"),
        ]  # fmt: skip
        assert [(d.decision, d.table, d.anchor.text, d.values["type"]) for d in decisions[5:]] == [("added", "programmes", text, "scheme")]
        assert decisions[1].changes["measure"][1] == "本地研發總開支<b>"
        assert {d.who for d in decisions} == {"陳大文"}
        page.reload()
        idle(page)
        states = {i: page.locator(f'.row[data-id="{i}"] .state').text_content() for i in (accepted, corrected, rejected)}
        assert states == {accepted: "Accepted", corrected: "Corrected", rejected: "Rejected"}
        expect(page.locator(f'.row[data-id="{undone}"] .state')).to_have_count(0)
        expect(page.locator("#progress-text")).to_contain_text("4 of")
        expect(page.locator("#tables")).to_have_text("Update the tables (6)")
        page.locator("#tables").click()
        told(page, "The tables show all decisions now")
    assert "本地研發總開支<b>" in (served.out / "amounts.csv").read_text(encoding="utf-8-sig")


def test_a_release_without_records_can_be_turned_to_and_gets_one(browser: Browser, served: Served) -> None:
    with opened(browser, served, "/?state=&search=P2025061800123") as page:
        page.keyboard.press("]")
        expect(page.locator("#status")).to_have_text("No record was found in this release.")
        expect(page.locator("#release-head")).not_to_contain_text("世界競爭力年報")
        page.keyboard.press("n")
        words = (page.locator("#text").text_content() or "").strip().splitlines()[0][:30]
        page.locator("#new-form [name=text]").fill(words)
        page.locator("#new-form [name=table]").select_option("organisations")
        page.locator("#new-form [name=field-name]").press("Enter")
        told(page, "Record added")
        expect(page.locator("#text .span.current")).to_have_text(words)
        press(page, "[")
        expect(page.locator("#release-head")).to_contain_text("世界競爭力年報")
    (decision,) = Store(served.out).read()
    assert (decision.doc_id, decision.decision, decision.values["name"]) == ("P2025102200517", "added", words)


def test_a_number_is_read_out_and_its_pair_follows(browser: Browser, served: Served) -> None:
    with opened(browser, served, "/?state=&table=amounts&search=730,000,000") as page:
        expect(page.locator("label:has([name=field-value_from]) .reading")).to_have_text("730,000,000 · 7.3億")
        press(page, "e")
        page.locator("[name=field-value_from]").fill("740000000")
        expect(page.locator("[name=field-value_to]")).to_have_value("740000000")
        expect(page.locator("label:has([name=field-value_to]) .reading")).to_have_text("740,000,000 · 7.4億")
        page.locator("[name=field-measure]").focus()
        page.keyboard.press("Escape")
        expect(page.locator("[name=field-value_to]")).to_have_value("730000000")
        assert not (served.out / REVIEWS).exists()


def test_what_the_server_was_told_last_is_in_the_tables_when_it_ends(browser: Browser, results: Path, tmp_path: Path) -> None:
    out = shutil.copytree(results, tmp_path / "outputs")
    with serving(out) as served, opened(browser, served, "/?state=&table=rankings") as page:
        press(page, "r")
        told(page, "Rejected")
    assert ",rejected" in (out / "rankings.csv").read_text(encoding="utf-8-sig")


def test_a_hostile_release_is_shown_harmless(browser: Browser, tmp_path: Path) -> None:
    plain = release(HOSTILE + "創新" * 50_000, HOSTILE_NAME)
    out = folder(tmp_path / "outputs", {HOSTILE_NAME: plain})
    with serving(out) as served, opened(browser, served) as page:
        expect(page.locator("#release-head")).to_have_text(HOSTILE_NAME)
        assert page.evaluate("window.hit") is None
        assert page.evaluate("document.querySelectorAll('img, #text script, main svg, #text b, iframe').length") == 0
        shown = page.locator("#text").text_content() or ""
        assert HOSTILE.splitlines()[0] in shown
        assert len(shown) > 100_000
        assert not set("\u202e\u202c\u2067\u2069\u200b") & set(page.locator("body").text_content() or "")
        assert page.locator(".hidden-sign").all_text_contents() == ["U+202E", "U+202C", "U+2067", "U+2069", "U+200B"]
        assert page.locator("#text .lost").text_content() == "\ufffd\ufffd"
        assert page.locator("#text .span.current").all_text_contents() == ["330元"]
        page.locator("#text .hidden-sign").first.hover()
        expect(page.locator("#tip")).to_contain_text("right-to-left override")
        page.keyboard.press("Escape")
        expect(page.locator("#tip")).to_be_hidden()
        press(page, "a")
        told(page, "Accepted")
    assert [d.doc_id for d in Store(out).read()] == [HOSTILE_NAME]


class _Foreign(http.server.BaseHTTPRequestHandler):
    """A page of another origin that tries to write with the reviewer's cookie."""

    target = ""
    page = """<!doctype html><link rel=icon href="data:,">
        <form method=post enctype=text/plain action="TARGET/api/undo"></form>
        <script>
          const body = '{"id":"x","check":"","review":"accepted"}';
          const options = { credentials: "include", mode: "no-cors" };
          const tries = ["text/plain", "application/json"].map((type) =>
            fetch("TARGET/api/decide", { ...options, method: "POST", body, headers: { "content-type": type } }));
          Promise.allSettled([...tries, fetch("TARGET/api/records", { credentials: "include" })]).then(() => document.forms[0].submit());
        </script>"""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(self.page.replace("TARGET", self.target).encode())

    def log_message(self, *_: object) -> None:
        pass


def test_a_write_from_another_origin_is_refused(browser: Browser, served: Served) -> None:
    _Foreign.target = served.address
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Foreign) as foreign:
        threading.Thread(target=foreign.serve_forever, daemon=True).start()
        context = browser.new_context()
        page = context.new_page()
        page.goto(served.link)
        idle(page)
        answers: dict[str, set[int]] = {}
        page.on(
            "response", lambda r: answers.setdefault(r.request.method, set()).add(r.status) if r.url.startswith(served.address) else None
        )
        page.goto(f"http://127.0.0.1:{foreign.server_port}/")
        page.wait_for_url(f"{served.address}/api/undo")
        assert "A write comes from the page itself" in page.content() or "Only this page itself may ask" in page.content()
        context.close()
        foreign.shutdown()
    assert answers["POST"] == {403}
    assert answers.get("GET", {403}) == {403}
    assert not (served.out / REVIEWS).exists()


def test_a_new_name_goes_into_the_gazetteer_by_one_key(browser: Browser, served: Served, tmp_path: Path) -> None:
    with opened(browser, served, "/?state=&table=organisations&known=false") as page:
        name = page.locator("[name=field-name]").input_value()
        press(page, "g")
        expect(page.locator("#reach")).to_contain_text("other records in")
        page.keyboard.press("Enter")
        told(page, "Added: ")
        press(page, "a")
        told(page, "Accepted")
    assert name in (tmp_path / "patterns" / "organisations.csv").read_text(encoding="utf-8").splitlines()[-1]


@contextlib.contextmanager
def read_only(out: Path) -> Iterator[None]:
    """The folder, mounted read-only for root, whom no rights stop."""
    if os.getuid() != 0:
        out.chmod(0o555)
        yield
        out.chmod(0o755)
        return
    mounts = [["mount", "--bind", str(out), str(out)], ["mount", "-o", "remount,ro,bind", str(out)]]
    if any(subprocess.run(m, capture_output=True, check=False).returncode for m in mounts):
        subprocess.run(["umount", str(out)], capture_output=True, check=False)
        pytest.skip("LOUD: root may not mount here: a read-only folder was NOT tested in a browser")
    try:
        yield
    finally:
        subprocess.run(["umount", str(out)], check=True)


@pytest.mark.parametrize("kind", ["full", "read-only"])
def test_a_decision_that_was_not_saved_is_said_loudly(browser: Browser, results: Path, tmp_path: Path, kind: str) -> None:
    out = shutil.copytree(results, tmp_path / "outputs")
    locked = read_only(out) if kind == "read-only" else contextlib.nullcontext()
    with locked, serving(out, full=kind == "full") as served, opened(browser, served) as page:
        first = chosen(page)
        press(page, "a")
        expect(page.locator("#alert")).to_contain_text("NOT SAVED:")
        expect(page.locator("#alert")).to_contain_text(REVIEWS)
        assert chosen(page) == first
        expect(page.locator(f'.row[data-id="{first}"] .state')).to_have_count(0)
        expect(page.locator("#progress-text")).to_contain_text("0 of")
    assert Store(out).read() == []


def test_a_server_that_ended_is_said_loudly(browser: Browser, results: Path, tmp_path: Path) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    with serving(shutil.copytree(results, tmp_path / "outputs")) as served:
        page.goto(served.link)
        idle(page)
    press(page, "a")
    expect(page.locator("#alert")).to_contain_text("NOT SAVED: the server does not answer")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_axe_finds_no_serious_fault(browser: Browser, served: Served, scheme: str, language: str) -> None:
    options = {"color_scheme": scheme, "locale": "zh-HK" if language == "zh-Hant" else "en-GB"}
    with opened(browser, served, f"/?state=&lang={language}", **options) as page:
        press(page, "r")
        expect(page.locator("#status span")).to_have_count(1)
        page.locator("#filters [name=known]").select_option("false")
        idle(page)
        for key, dialog in (("", ""), ("?", "#help"), ("n", "#new"), ("g", "#name")):
            if key:
                page.keyboard.press(key)
                expect(page.locator(dialog)).to_be_visible()
            found = Axe().run(page).response["violations"]
            serious = [(v["id"], [n["target"] for n in v["nodes"]]) for v in found if v["impact"] in ("serious", "critical")]
            assert serious == [], dialog
            page.keyboard.press("Escape")


@pytest.mark.parametrize("size", [(640, 400), (320, 560)], ids=["200% zoom", "narrow"])
def test_small_windows_need_no_sideways_scrolling_and_show_what_is_decided_on(
    browser: Browser, served: Served, size: tuple[int, int]
) -> None:
    with opened(browser, served, viewport={"width": size[0], "height": size[1]}, device_scale_factor=2) as page:
        press(page, "j" * 12)
        assert page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
        expect(page.locator("#text .span.current").first).to_be_in_viewport()
        expect(page.locator('[data-act="accepted"]')).to_be_in_viewport()


def test_every_control_is_reached_by_tab(browser: Browser, served: Served) -> None:
    with opened(browser, served) as page:
        reached = set()
        page.locator("h1").click()
        for _ in range(60):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("document.activeElement.id || document.activeElement.name || document.activeElement.dataset.act"))
        assert {"help-button", "search", "state", "table", "list", "text", "field-name", "note", "accepted", "rejected", "new"} <= reached


def test_thousands_of_records_scroll_with_a_few_elements(browser: Browser, tmp_path: Path) -> None:
    releases = {f"P{n}": release("".join(f"第{k}項為{n * 1000 + k}元。\n" for k in range(100)), f"P{n}") for n in range(30)}
    with serving(folder(tmp_path / "outputs", releases)) as served, opened(browser, served) as page:
        expect(page.locator("#found")).to_have_text("3,000 records")
        for part in (0.25, 0.9, 0.5, 1):
            page.evaluate(f"document.querySelector('#list').scrollTop = {part} * document.querySelector('#list').scrollHeight")
            page.wait_for_function("""() => {
                const box = document.querySelector('#list').getBoundingClientRect();
                return document.elementFromPoint(box.left + 60, box.top + box.height / 2)?.closest('.row') !== null;
            }""")
            assert page.locator(".row").count() < 60
        page.evaluate("document.querySelector('#list').scrollTop = 0")
        page.evaluate("document.querySelector('#list').scrollTop = 95 * document.querySelector('.row').offsetHeight")
        page.locator('[data-position="97"]').click()
        press(page, "j" * 5)
        assert page.locator('[aria-selected="true"]').get_attribute("data-position") == "102"
        press(page, "[")
        expect(page.locator("#text .span.current")).to_have_text("0元")


def test_the_language_can_be_changed_and_stays(browser: Browser, served: Served) -> None:
    with opened(browser, served, "/?state=&table=amounts") as page:
        press(page, "j")
        second = chosen(page)
        page.locator(".languages [lang=zh-Hant]").click()
        idle(page)
        expect(page.locator('[data-act="accepted"]')).to_contain_text("接納")
        assert (page.evaluate("document.documentElement.lang"), chosen(page)) == ("zh-Hant", second)
        press(page, "a")
        told(page, "已接納")
        page.reload()
        expect(page.locator("#filters [name=table]")).to_have_value("amounts")
        expect(page.locator('[data-act="accepted"]')).to_contain_text("接納")


def test_the_report_opens_from_the_disk_without_network_and_prints(browser: Browser, results: Path, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    assert run_app(["report", str(results), "--output", str(path)]) == 0
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    page.wait_for_function("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")
    assert page.evaluate("document.images.length") > 0
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert said == []
    assert page.evaluate("window.hit") is None
    page.locator(".text a.span").first.click()
    assert page.evaluate("document.querySelector('tr:target') !== null")
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf(path=tmp_path / "report.pdf").startswith(b"%PDF")
    context.close()


def test_screenshots_for_the_documentation(browser: Browser, results: Path, tmp_path: Path) -> None:
    """Written into docs/ when asked for by HKINNO_SCREENSHOTS=1, else beside the test's files."""
    target = ROOT / "docs" / "images" if os.environ.get(SCREENSHOTS) else tmp_path / "images"
    out = shutil.copytree(results, tmp_path / "outputs")
    (out / "json" / f"{HOSTILE_NAME}.json").unlink()
    shots = (
        ("review-page.png", {}, "/?state=&search=P2025061800123"),
        ("review-page-dark.zh-Hant.png", {"color_scheme": "dark", "locale": "zh-HK"}, "/?state=&lang=zh-Hant&search=itib-2025-review"),
    )
    assert run_app(["report", str(out), "--output", str(tmp_path / "report.html")]) == 0
    report = browser.new_page(viewport={"width": 1000, "height": 640})
    report.goto((tmp_path / "report.html").as_uri())
    report.evaluate("document.querySelector('#charts').scrollIntoView()")
    report.screenshot(path=target / "report.png")
    report.close()
    with serving(out) as served:
        for name, options, path in shots:
            with opened(browser, served, path, viewport={"width": 1200, "height": 640}, **options) as page:
                press(page, "jajjrj")
                page.screenshot(path=target / name)
                assert 10_000 < (target / name).stat().st_size < 300_000
