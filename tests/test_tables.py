"""Tables: JSON and CSV of the contract, read back equal; whole files or none."""

from __future__ import annotations

import csv
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hkinno_extract import read_tables
from hkinno_extract.errors import OutputError, UsageError
from hkinno_extract.records import RECORD_TYPES, Amount, Ranking
from hkinno_extract.tables import files, writing
from hkinno_extract.tables.columns import COLUMNS, RECORD_TABLES, column_names
from hkinno_extract.tables.frames import frame
from hkinno_extract.tables.json_text import json_text, read_json
from hkinno_extract.tables.rows import csv_cell, csv_cells, json_row, plain_cell, with_ids
from hkinno_extract.tables.writing import datapackage, json_path, table_digests, write_tables

SHARED = Path(__file__).resolve().parents[2] / "shared"
PLAIN = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SIGNS = st.sampled_from(["=1", "+", "-5", "-5至", "'=", "''-", "＠", "\t", "\r\n", ",", '"', "\n", "\u2028", "NA", "true", "創科,\r\n"])
TEXT = st.none() | st.one_of(SIGNS, PLAIN).filter(bool)
NUMBER = st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**15), max_value=10**15)
VALUES = {"string": TEXT, "integer": st.none() | st.integers(-(2**53), 2**53), "number": NUMBER, "boolean": st.none() | st.booleans()}


def rows_of(table: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({c.name: VALUES[c.type] for c in COLUMNS[table]})


RELEASE = st.fixed_dictionaries({"document": rows_of("documents"), **{t: st.lists(rows_of(t), max_size=2) for t in RECORD_TABLES}})


def written(out: Path, releases: dict[str, dict[str, Any]]) -> Path:
    files.ensure_folder(out / writing.JSON_FOLDER)
    for doc_id, release in releases.items():
        json_path(out, doc_id).write_text(json_text(release), encoding="utf-8")
    write_tables(out, releases)
    return out


@given(release=RELEASE)
def test_tables_read_back_equal(release: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> None:
    from pandas.testing import assert_frame_equal

    out = written(tmp_path_factory.mktemp("run"), {"a": release})
    read = read_tables(out)
    for table in COLUMNS:
        rows = [release["document"]] if table == "documents" else release[table]
        assert_frame_equal(read[table], frame(table, rows), check_exact=True)


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | PLAIN | NUMBER, lambda inner: st.lists(inner) | st.dictionaries(PLAIN, inner)
    )
)
def test_our_json_is_json(value: Any) -> None:
    text = json_text(value)
    assert json.loads(text, parse_float=Decimal, parse_int=Decimal) == value
    assert text.endswith("\n")
    assert not re.search(r"[-\d.][eE][-+\d]", re.sub(r'"(?:[^"\\]|\\.)*"', "", text))


def test_json_looks_like_the_standard_library_s(extractor: Any) -> None:
    release = extractor.extract_text("香港於2024年位列全球第7。").as_json()
    assert json_text(release) == json.dumps(release, ensure_ascii=False, indent=2, default=float) + "\n"


@pytest.mark.parametrize("value", [1.5, {1, 2}, object()])
def test_json_refuses_what_it_cannot_carry_exactly(value: object) -> None:
    with pytest.raises(TypeError):
        json_text({"value": value})


@given(text=st.one_of(SIGNS, PLAIN))
def test_no_cell_starts_a_formula_and_none_is_lost(text: str) -> None:
    cell = csv_cell(text)
    assert plain_cell(cell) == text
    assert not re.match(r"[=+\-@＝＋－＠\t\r\n]", cell) or re.fullmatch(r"-?\d+(\.\d+)?", cell)


def test_csv_has_the_form_of_the_contract(tmp_path: Path) -> None:
    document = dict.fromkeys(column_names("documents"))
    release = {"document": {**document, "doc_id": "a", "title": '甲"乙\n丙'}, **{t: [] for t in RECORD_TABLES}}
    data = (written(tmp_path, {"a": release}) / "documents.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfdoc_id,source,")
    assert data.endswith(b"\r\n")
    assert '"甲""乙\n丙"'.encode() in data
    assert data.count(b"\r\n") == 2


def test_rows_are_sorted_by_id_and_place(tmp_path: Path) -> None:
    document = dict.fromkeys(column_names("documents"))

    def release(doc_id: str) -> dict[str, Any]:
        places = [Ranking(start=s, end=s + 2, text="第7", raw_start=s, raw_end=s + 2, doc_id=doc_id, kind=k) for s, k in PLACES]
        records = [json_row(r) for r in with_ids(places)]
        return {"document": {**document, "doc_id": doc_id}, **{t: [] for t in RECORD_TABLES}, "rankings": records}

    PLACES = [(5, "record"), (5, "position"), (1, "position"), (11, "position")]
    out = written(tmp_path, {d: release(d) for d in ("b", "a", "B", "創", "a.1")})
    with (out / "rankings.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = [(r["doc_id"], int(r["raw_start"]), int(r["raw_end"]), r["kind"], r["record_id"]) for r in csv.DictReader(handle)]
    assert rows == sorted(rows)
    assert [r[0] for r in rows[::4]] == ["B", "a", "a.1", "b", "創"]


def test_record_ids_tell_repeats_apart_and_stay() -> None:
    twice = [Amount(start=1, end=3, text="10", raw_start=1, raw_end=3, doc_id="a", kind="count") for _ in range(2)]
    ids = [r.record_id for r in with_ids(twice)]
    assert len(set(ids)) == 2
    assert [r.record_id for r in with_ids(twice)] == ids
    assert all(re.fullmatch(r"am-[a-z2-7]{16}", i) for i in ids)


@pytest.mark.parametrize("table", list(COLUMNS))
def test_the_package_describes_every_column(table: str) -> None:
    resource = next(r for r in datapackage()["resources"] if r["name"] == table)
    assert [f["name"] for f in resource["schema"]["fields"]] == column_names(table)
    assert all(f["description"] for f in resource["schema"]["fields"])
    assert "apostrophe" in resource["description"]


@pytest.mark.parametrize("table", RECORD_TABLES)
def test_columns_and_records_agree(table: str) -> None:
    fields = {f for f in RECORD_TYPES[table].__dataclass_fields__ if f != "table"}
    assert fields == set(column_names(table))


def test_empty_tables_have_their_types(tmp_path: Path) -> None:
    read = read_tables(written(tmp_path, {}))
    types = {c: str(t) for c, t in read["amounts"].dtypes.items()}
    assert (types["raw_start"], types["kind"], types["value_from"]) == ("Int64", "string", "object")
    assert str(read["organisations"]["known"].dtype) == "boolean"


def test_values_are_decimals() -> None:
    row = json_row(Amount(start=0, end=1, text="3", value_from=Decimal("33000000000"), value_to=Decimal("66.6667"), raw_start=0, raw_end=1))
    values = frame("amounts", [row]).loc[0]
    assert (values["value_from"], values["value_to"]) == (Decimal("33000000000"), Decimal("66.6667"))
    assert csv_cells("amounts", row)[4:6] == ["33000000000", "66.6667"]


def test_a_folder_without_tables_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"documents\.csv"):
        read_tables(tmp_path)
    (tmp_path / "documents.csv").write_text("a,b\r\n", encoding="utf-8-sig")
    with pytest.raises(UsageError, match="not those of this version"):
        read_tables(tmp_path)


def test_a_full_disk_leaves_the_old_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = dict.fromkeys(column_names("documents"))
    release = {"document": {**document, "doc_id": "a"}, **{t: [] for t in RECORD_TABLES}}
    before = table_digests(written(tmp_path, {"a": release}))
    calls = []

    def fsync(_: int) -> None:
        calls.append(1)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", fsync)
    with pytest.raises(OutputError, match=r"no space left.*make room"):
        write_tables(tmp_path, ["a", "a"])
    assert calls
    assert table_digests(tmp_path) == before
    assert not list(tmp_path.glob(".*"))


def test_json_that_is_none_of_ours_is_refused(tmp_path: Path) -> None:
    for text in ("", "[]", "{}", '{"document": '):
        (tmp_path / "a.json").write_text(text, encoding="utf-8")
        with pytest.raises(OutputError, match=r"a\.json"):
            read_json(tmp_path / "a.json")


@pytest.mark.skipif(not (SHARED / "SCHEMA.md").is_file(), reason="../shared/SCHEMA.md is not here")
def test_columns_are_those_of_the_contract() -> None:
    text = (SHARED / "SCHEMA.md").read_text(encoding="utf-8")
    own = {name for table in COLUMNS for name in column_names(table)}
    named = {word for line in re.findall(r"^(?:\| )?(`[a-z_`, ]+`)", text, re.M) for word in re.findall(r"`([a-z_0-9]+)`", line)}
    assert own - named <= {"doc_id", "type", "encoding"} | set(re.findall(r"`([a-z_0-9]+)`", text))
    assert all(f"`{name}`" in text for name in own)
