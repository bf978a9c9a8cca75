"""Workbooks and CSV files out and back: only what a person changed becomes a decision."""

from __future__ import annotations

import csv
import datetime
import io
import json
import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hkinno_extract.cli.app import run_app
from hkinno_extract.errors import HkinnoError, OutputError, UsageError
from hkinno_extract.pipeline.reviewed import refresh
from hkinno_extract.review.cells import Lost, New, compare
from hkinno_extract.review.decisions import Decision
from hkinno_extract.review.edits import Edits, read_edits
from hkinno_extract.review.lessons import rule_figures, wilson, write_gold
from hkinno_extract.review.listing import read_listing
from hkinno_extract.review.outcome import Reviews
from hkinno_extract.review.store import REVIEWS, Store
from hkinno_extract.review.workbook import write_workbook
from hkinno_extract.scoring import score_folder
from hkinno_extract.tables.columns import RECORD_TABLES, column_names
from hkinno_extract.tables.json_text import read_json
from hkinno_extract.tables.writing import json_path, write_tables
from tests.reviewing import decide, folder, release

TEXT = (
    "創科撮要\n本地研發開支為33000000000元，創下新猷。\n共有47人參與‹海濱科技›的課程，47人完成。\n"
    "整體出口按年上升12.1%，勝於預期。\n‹=1+1›說不。\n"
)
Rows = list[dict[str, str]]


def make(out: Path, **amount: Any) -> Path:
    """An output folder of one release with its tables."""
    folder(out, {"P1": release(TEXT, **({"measure": "研發開支", "period": "2024-12", "basis": "2020"} | amount))})
    write_tables(out, ["P1"])
    return out


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return make(tmp_path / "out")


def export(out: Path, path: Path | None = None) -> Path:
    path = path or out.parent / "review.xlsx"
    write_workbook(path, read_listing(out, Reviews.load(out)))
    return path


def table_rows(out: Path, table: str = "amounts") -> Rows:
    with (out / f"{table}.csv").open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def save(path: Path, rows: Rows, *, encoding: str = "utf-8-sig", delimiter: str = ",", columns: list[str] | None = None) -> Path:
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, columns or list(rows[0]), delimiter=delimiter, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(buffer.getvalue().encode(encoding, "replace"))
    return path


def essence(edits: Edits) -> list[tuple[Any, ...]]:
    return [(d.record, d.decision, d.changes, d.values, d.note) for d in edits.decisions]


def edit_workbook(path: Path, change: Callable[[Any, dict[str, int]], None], table: str = "amounts") -> Path:
    workbook = openpyxl.load_workbook(path, rich_text=True)
    sheet = workbook[table]
    change(sheet, {cell.value: cell.column for cell in sheet[1]})
    workbook.save(path)
    return path


SAMES = [
    ("number", "33000000000", "3.3E+10"),
    ("number", "33000000000", "33,000,000,000"),
    ("number", "33000000000", "33 000 000 000"),
    ("number", "33000000000", 33000000000.0),
    ("number", "12.1", 12.1),
    ("number", "12.1", "12.10"),
    ("number", "66.6667", "６６.６６６７"),
    ("integer", 7, "7.0"),
    ("integer", -4, "−4"),
    ("boolean", True, "TRUE"),
    ("boolean", False, "False"),
    ("boolean", True, 1),
    ("string", "2024-12", "Dec-24"),
    ("string", "2024-12", "24-Dec"),
    ("string", "2024-12", "2024/12/1"),
    ("string", "2024-12", "2024年12月"),
    ("string", "2024-12", "01/12/2024"),
    ("string", "2024-12", datetime.datetime(2024, 12, 1)),
    ("string", "2024-12", 45627),
    ("string", "2024-12-27", "27/12/2024"),
    ("string", "2024-12-27", "12/27/2024"),
    ("string", "2023", 2023),
    ("string", "2023", 2023.0),
    ("string", "007", "7"),
    ("string", "1.10", 1.1),
    ("string", "12%", 0.12),
    ("string", "20250101000123", "2.0250101E+13"),
    ("string", "=1+1", "'=1+1"),
    ("string", "=1+1", "=1+1"),
    ("string", "'=1", "''=1"),
    ("string", "甲\n乙", "甲\r\n乙"),
    ("string", "甲\r乙", "甲_x000D_乙"),
    ("string", "甲 乙", "甲\u00a0乙 "),
    ("string", None, ""),
    ("string", None, "  "),
    ("number", None, None),
]


@pytest.mark.parametrize(("kind", "old", "cell"), SAMES)
def test_other_clothes_are_no_edit(kind: Any, old: Any, cell: Any) -> None:
    assert compare(kind, old, cell, column="period") is None


@pytest.mark.parametrize(
    ("kind", "old", "cell", "new"),
    [
        ("number", "12.1", "1,300", "1300"),
        ("number", "12.1", "4.4E+10", "44000000000"),
        ("number", "12.1", "", None),
        ("number", None, 0.1, "0.1"),
        ("integer", 7, "8", 8),
        ("boolean", True, "FALSE", False),
        ("string", "2024-12", "Jan-25", "2025-01"),
        ("string", "2024-12", datetime.datetime(2025, 1, 1), "2025-01"),
        ("string", "2024-12", "2024-Q4", "2024-Q4"),
        ("string", "甲", 2024.0, "2024"),
        ("string", "甲", "'=乙", "=乙"),
        ("string", "甲", "乙", "乙"),
    ],
)
def test_another_value_is_one(kind: Any, old: Any, cell: Any, new: Any) -> None:
    assert compare(kind, old, cell, column="period") == New(new)


@pytest.mark.parametrize(
    ("kind", "old", "cell"),
    [
        ("number", "33123456789", "3.31235E+10"),
        ("number", "5", "4.41235E+10"),
        ("number", "5", "330億"),
        ("number", "5", "1,5"),
        ("number", "5", datetime.datetime(2024, 12, 1)),
        ("number", "5", 1.2345678901234567e17),
        ("integer", 5, "5.5"),
        ("boolean", True, "perhaps"),
        ("string", "甲", True),
    ],
)
def test_what_cannot_be_understood_is_refused(kind: Any, old: Any, cell: Any) -> None:
    assert isinstance(compare(kind, old, cell), Lost)


@given(value=st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**10), max_value=10**10))
def test_a_number_in_any_clothes_is_the_number(value: Decimal) -> None:
    from hkinno_extract.records import format_decimal

    old = format_decimal(value)
    for cell in (old, f"{value:,}", float(value), f"{old} ", f"{value:.4f}"):
        assert compare("number", old, cell) is None
    assert compare("number", old, format_decimal(value + 1)) == New(format_decimal(value + 1))


def test_export_and_import_is_no_decision(out: Path) -> None:
    edits = read_edits(out, export(out))
    assert (edits.decisions, edits.refused, edits.rows) == ([], [], 6)


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8-sig", ","), ("utf-8", ","), ("big5hkscs", ","), ("cp950", ","), ("gb18030", ","), ("utf-16", "\t"), ("utf-8", ";")],
)
def test_a_csv_in_any_encoding_is_no_decision_and_an_edit_in_it_one(out: Path, tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = table_rows(out)
    assert read_edits(out, save(tmp_path / "amounts.csv", rows, encoding=encoding, delimiter=delimiter)).decisions == []
    rows[1]["measure"] = "參加者"
    edits = read_edits(out, save(tmp_path / "amounts.csv", rows, encoding=encoding, delimiter=delimiter))
    assert [(d.decision, d.changes) for d in edits.decisions] == [("corrected", {"measure": ["研發開支", "參加者"]})]
    assert edits.refused == []


def test_characters_that_a_code_page_lacks_are_no_edit(tmp_path: Path) -> None:
    out = make(tmp_path / "out", measure="研发𠮷開支")
    rows = table_rows(out)
    assert read_edits(out, save(tmp_path / "a.csv", rows, encoding="cp950")).decisions == []
    rows[0]["measure"] = "??"
    edits = read_edits(out, save(tmp_path / "a.csv", rows, encoding="cp950"))
    assert (edits.decisions, len(edits.refused)) == ([], 1)
    assert "a row 2: measure" in edits.refused[0]


def test_excel_s_clothes_in_a_whole_file(out: Path, tmp_path: Path) -> None:
    rows = table_rows(out)
    for row in rows:
        row["period"] = "Dec-24"
        row["value_from"] = row["value_to"] = {"33000000000": "3.3E+10"}.get(row["value_from"], row["value_from"])
    assert read_edits(out, save(tmp_path / "a.csv", rows)).decisions == []


def test_lost_digits_are_refused_for_that_cell_and_the_rest_is_taken(out: Path, tmp_path: Path) -> None:
    rows = table_rows(out)
    rows[0] |= {"value_from": "4.41235E+10", "measure": "開支"}
    rows[1]["review"] = "rejected"
    edits = read_edits(out, save(tmp_path / "a.csv", rows))
    assert [(d.decision, d.changes) for d in edits.decisions] == [("corrected", {"measure": ["研發開支", "開支"]}), ("rejected", {})]
    assert edits.refused == ["a row 2: value_from: digits were lost on the way through the spreadsheet"]


CHANGES = st.lists(
    st.sampled_from(
        [
            None,
            {"measure": "甲"},
            {"value_from": "1,234"},
            {"review": "accepted"},
            {"review": "rejected"},
            {"period": "Jan-25", "review": "accepted"},
            {"unit": ""},
        ]
    ),
    min_size=4,
    max_size=4,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("made") / "out")


@given(changes=CHANGES, data=st.data())
def test_the_order_of_rows_and_columns_does_not_matter(made: Path, changes: list[dict[str, str] | None], data: st.DataObject) -> None:
    rows = [row | (change or {}) for row, change in zip(table_rows(made), changes, strict=True)]
    path = made.parent / "amounts.csv"
    expected = essence(read_edits(made, save(path, rows)))
    assert len(expected) == sum(change is not None for change in changes)
    columns = data.draw(st.permutations(["extra", *column_names("amounts")]))
    shuffled = data.draw(st.permutations([{"extra": "x", **row} for row in rows]))
    assert essence(read_edits(made, save(path, shuffled, columns=columns))) == expected
    fewer = [row for row, change in zip(rows, changes, strict=True) if change] or rows
    assert essence(read_edits(made, save(path, fewer))) == expected


@given(changes=CHANGES, data=st.data())
def test_an_edited_workbook_says_what_an_edited_csv_says(made: Path, changes: list[dict[str, str] | None], data: st.DataObject) -> None:
    rows = [row | (change or {}) for row, change in zip(table_rows(made), changes, strict=True)]
    expected = essence(read_edits(made, save(made.parent / "amounts.csv", rows)))
    exported = openpyxl.load_workbook(export(made))
    lines = [list(line) for line in exported["amounts"].iter_rows(values_only=True)]
    header, body = lines[0], [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    for line, change in zip(body, changes, strict=True):
        line |= change or {}
    order = data.draw(st.permutations(header))
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "amounts"
    sheet.append(order)
    for line in data.draw(st.permutations(body)):
        sheet.append([line[name] for name in order])
    path = made.parent / "edited.xlsx"
    workbook.save(path)
    assert essence(read_edits(made, path)) == expected


def take(out: Path, path: Path, who: str = "甲") -> list[Decision]:
    edits = read_edits(out, path)
    assert edits.refused == []
    stored = Store(out).append([d.replace(who=who) for d in edits.decisions])
    refresh(out)
    return stored


def test_decisions_reach_the_tables_and_a_second_import_finds_none(out: Path, tmp_path: Path) -> None:
    rows = table_rows(out)
    rows[0] |= {"value_from": "44", "value_to": "44"}
    rows[1]["review"] = "rejected"
    rows[2] |= {"review": "accepted"}
    path = save(tmp_path / "a.csv", rows)
    assert len(take(out, path)) == 3
    after = table_rows(out)
    assert [r["review"] for r in after] == ["corrected", "rejected", "accepted", ""]
    assert (after[0]["value_from"], after[0]["value_to"]) == ("44", "44")
    assert read_json(json_path(out, "P1"))["amounts"][0]["value_from"] == 33000000000
    assert read_edits(out, path).decisions == []
    assert read_edits(out, export(out)).decisions == []
    assert read_edits(out, out / "amounts.csv").decisions == []


def test_another_s_untouched_copy_reverts_nothing(out: Path, tmp_path: Path) -> None:
    theirs = save(tmp_path / "theirs.csv", table_rows(out))
    workbook = export(out, tmp_path / "theirs.xlsx")
    rows = table_rows(out)
    rows[0]["measure"] = "開支"
    take(out, save(tmp_path / "ours.csv", rows))
    assert read_edits(out, theirs).decisions == []
    assert read_edits(out, workbook).decisions == []


def test_a_decision_is_changed_and_taken_back(out: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for word, shown in (("accepted", "accepted"), ("rejected", "rejected"), ("withdrawn", ""), ("accepted", "accepted")):
        rows = table_rows(out)
        rows[0]["review"] = word
        (stored,) = take(out, save(path, rows))
        assert table_rows(out)[0]["review"] == shown
        assert stored.record == rows[0]["record_id"]
    assert len(Store(out).read()) == 4


def test_a_record_is_added_changed_and_taken_out_again(out: Path, tmp_path: Path) -> None:
    path = tmp_path / "organisations.csv"
    rows = table_rows(out, "organisations")
    new = dict.fromkeys(rows[0], "") | {"doc_id": "P1", "text": "整體出口", "type": "other", "review": "added"}
    take(out, save(path, [*rows, new]))
    added = [r for r in table_rows(out, "organisations") if r["review"] == "added"]
    assert [(r["text"], r["name"], r["known"], r["sentence"]) for r in added] == [
        ("整體出口", "整體出口", "false", "整體出口按年上升12.1%，勝於預期。")
    ]
    assert read_edits(out, path).decisions == []
    take(out, save(path, [added[0] | {"type": "company"}]))
    assert [r["type"] for r in table_rows(out, "organisations") if r["review"] == "added"] == ["company"]
    take(out, save(path, [added[0] | {"type": "company", "review": "withdrawn"}]))
    assert [r["text"] for r in table_rows(out, "organisations")] == ["海濱科技", "'=1+1"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"record_id": "am-nowhere"}, "no record has the id am-nowhere"),
        ({"review": "fine"}, "'fine' is no decision"),
        ({"review": "corrected"}, "says corrected, but no value was changed"),
        ({"review": "rejected", "unit": "USD"}, "its values were not taken"),
        ({"record_id": "", "text": "不在文中"}, "does not stand in the release"),
        ({"record_id": "", "text": "47人", "sentence": ""}, "stands in 2 places"),
        ({"record_id": "", "doc_id": "P9"}, "no release has the id 'P9'"),
        ({"record_id": "", "kind": ""}, "needs its kind"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_row(out: Path, tmp_path: Path, change: dict[str, str], problem: str) -> None:
    rows = table_rows(out)
    rows[1] = rows[1] | ({"start": ""} if "sentence" in change else {}) | change
    rows[3]["review"] = "accepted"
    edits = read_edits(out, save(tmp_path / "amounts.csv", rows))
    assert [d.decision for d in edits.decisions] == ["accepted"]
    assert len(edits.refused) == 1
    assert edits.refused[0].startswith("amounts row 3: ")
    assert problem in edits.refused[0]


def test_two_rows_of_one_record_must_agree(out: Path, tmp_path: Path) -> None:
    rows = table_rows(out)
    rows[0]["measure"] = "甲"
    assert len(read_edits(out, save(tmp_path / "a.csv", [*rows, rows[0]])).decisions) == 1
    edits = read_edits(out, save(tmp_path / "a.csv", [*rows, rows[0] | {"measure": "乙"}]))
    assert (edits.decisions, len(edits.refused)) == ([], 1)


def test_a_workbook_from_before_a_rerun_changes_only_what_its_reader_changed(out: Path) -> None:
    path = export(out)
    folder(out, {"P1": release(TEXT, measure="新的量度", period="2024-12")})
    write_tables(out, ["P1"])
    assert read_edits(out, path).decisions == []
    edit_workbook(path, lambda sheet, at: sheet.cell(2, at["unit"], "USD"))
    edits = read_edits(out, path)
    assert edits.decisions == []
    assert "changed in a rerun" in edits.refused[0]


def test_the_workbook_is_what_a_reviewer_needs(out: Path) -> None:
    Store(out).append([decide(read_json(json_path(out, "P1")), "amounts", 3, "rejected").replace(note="見附註")])
    folder(out, {"P1": release(TEXT, measure="另一量度")})
    write_tables(out, ["P1"], Reviews.load(out).settle)
    workbook = openpyxl.load_workbook(export(out), rich_text=True)
    assert workbook.sheetnames == [*RECORD_TABLES, "documents"]
    sheet = workbook["amounts"]
    names = [cell.value for cell in sheet[1]]
    first = dict(zip(names, sheet[2], strict=True))
    assert set(column_names("amounts")) <= set(names)
    assert (first["review"].value, first["text"].value, first["note"].value) == ("stale", "12.1%", "見附註")
    assert [str(run) for run in first["sentence"].value if not isinstance(run, str) and run.font.b] == ["12.1%"]
    assert (first["value_from"].value, first["value_from"].data_type) == (12.1, "n")
    assert first["text"].number_format == "@"
    assert (sheet.freeze_panes, sheet.auto_filter.ref[:2]) == ("D2", "A1")
    assert [v.formula1 for v in sheet.data_validations.dataValidation] == ['"accepted,corrected,rejected,added,withdrawn"']
    assert len(sheet.conditional_formatting) == 1
    bodies = {str(c.value): c.data_type for row in workbook["organisations"].iter_rows() for c in row}
    assert bodies["=1+1"] == "s"


def test_a_workbook_is_the_same_bytes_and_links_its_source(out: Path, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "P1.txt").write_text(TEXT, encoding="utf-8")
    listing = read_listing(out, Reviews.load(out))
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, listing, raw=raw)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["amounts"]
    column = [cell.value for cell in sheet[1]].index("source") + 1
    assert sheet.cell(2, column).hyperlink.target.replace("\\", "/") == "raw/P1.txt"


def test_a_workbook_that_cannot_be_written_leaves_nothing(out: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OutputError, match="taken"):
        write_workbook(tmp_path / "taken", read_listing(out, Reviews.load(out)))
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("name", "data"), [("a.xlsx", b"PK\x03\x04nonsense"), ("a.csv", b"x,y\r\n1,2\r\n"), ("a.csv", b"\xff\x00\x81"), ("b.csv", None)]
)
def test_a_file_that_is_none_of_ours_is_a_clear_error(out: Path, tmp_path: Path, name: str, data: bytes | None) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError, match=name):
        read_edits(out, tmp_path / name)


def test_rules_worst_first(out: Path) -> None:
    plain = read_json(json_path(out, "P1"))
    good, bad = plain["amounts"][:3], plain["amounts"][3:]
    for row in good:
        row["pattern"] = "good"
    bad[0]["pattern"] = "bad"
    kinds = [("amounts", 0, "accepted"), ("amounts", 1, "accepted"), ("amounts", 2, "corrected"), ("amounts", 3, "rejected")]
    Store(out).append([decide(plain, table, n, decision) for table, n, decision in kinds])
    bad_figures, good_figures = rule_figures(Reviews.load(out))
    assert (bad_figures.pattern, bad_figures.rejected, good_figures.accepted, good_figures.corrected) == ("bad", 1, 2, 1)
    assert bad_figures.examples == ["rejected '12.1%' in '整體出口按年上升12.1%，勝於預期。'"]
    assert good_figures.interval == wilson(2, 3)


def test_reviewed_releases_become_gold_that_scores(out: Path, tmp_path: Path) -> None:
    plain = read_json(json_path(out, "P1"))
    decided = [decide(plain, "amounts", n) for n in range(3)] + [decide(plain, "amounts", 3, "rejected")]
    Store(out).append(decided)
    refresh(out)
    assert write_gold(out, tmp_path / "gold").left_out == {"P1": 2}
    Store(out).append([decide(plain, "organisations", 0), decide(plain, "organisations", 1, "corrected", type="other")])
    refresh(out)
    assert write_gold(out, tmp_path / "gold").written == ["P1"]
    assert (tmp_path / "gold" / "P1.txt").read_text(encoding="utf-8") == TEXT
    gold = json.loads((tmp_path / "gold" / "gold.jsonl").read_text(encoding="utf-8"))
    assert gold["amounts"][0]["value_from"] == 33000000000
    assert [r["type"] for r in gold["organisations"]] == ["company", "other"]
    report = score_folder(tmp_path / "gold" / "gold.jsonl", out)
    assert [f.f1 for f in report.tables.values()] == [0.0, 1.0, 1.0, 1.0, 0.0, 0.0]


def test_the_commands(out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["review", "export", "--out", str(out)]) == 0
    path = edit_workbook(out / "review.xlsx", lambda sheet, at: sheet.cell(2, at["measure"], "開支"))
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    assert run_app(["review", "import", str(path), "--out", str(out), "--dry-run"]) == 0
    assert "measure: 研發開支 → 開支" in capsys.readouterr().out
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    assert run_app(["review", "import", str(path), "--out", str(out), "--who", "陳", "--note", "見原文"]) == 0
    (decision,) = Store(out).read()
    assert (decision.who, decision.note, decision.decision) == ("陳", "見原文", "corrected")
    assert table_rows(out)[0]["measure"] == "開支"
    shutil.copy(out / REVIEWS, tmp_path / "theirs.jsonl")
    capsys.readouterr()
    for arguments, wanted in (
        (["merge", str(tmp_path / "theirs.jsonl")], "0 decisions added, 0 conflicts"),
        (["list"], "1 rows decided on, 0 of them stale; 0 decisions without a record"),
        (["list", "--all"], "corrected: P1 amounts"),
        (["stats"], "toy"),
        (["to-gold", str(tmp_path / "gold"), "--partial"], "1 releases in"),
    ):
        assert run_app(["review", *arguments, "--out", str(out)]) == 0
        assert wanted in capsys.readouterr().out
    assert run_app(["review", "export", "--out", str(tmp_path / "none")]) == 2


def test_every_error_is_ours(tmp_path: Path) -> None:
    with pytest.raises(HkinnoError):
        read_listing(tmp_path, Reviews.load(tmp_path))


@pytest.mark.slow
def test_libreoffice_saves_what_imports_as_no_edit(out: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("NO soffice: the round trip through LibreOffice was NOT tested; apt-get install libreoffice-calc")
    saved = 0
    for source in (export(out), out / "amounts.csv", out / "organisations.csv"):
        for form, name in (
            ("xlsx", "Calc MS Excel 2007 XML"),
            ('csv:"Text - txt - csv (StarCalc)":44,34,76,1,,0,false,true,false,false,false,-1', ""),
        ):
            target = tmp_path / f"saved-{source.stem}-{form[:3]}"
            chosen = f"{form}:{name}" if name else form.replace('"', "")
            profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
            command = [
                office,
                profile,
                "--headless",
                "--infilter=CSV:44,34,76",
                "--convert-to",
                chosen,
                "--outdir",
                str(target),
                str(source),
            ]
            if source.suffix == ".xlsx":
                command.remove("--infilter=CSV:44,34,76")
            subprocess.run(command, check=True, capture_output=True, timeout=240)
            for path in sorted(target.iterdir()):
                if "documents" in path.name or (
                    "record_id" not in path.read_text(encoding="utf-8", errors="replace") and path.suffix == ".csv"
                ):
                    continue
                edits = read_edits(out, path)
                assert (edits.decisions, edits.refused) == ([], []), path
                saved += edits.rows > 0
    assert saved == 7
