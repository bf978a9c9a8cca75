"""spaCy's side: factories by entry points, records that survive serialisation and processes, the same records everywhere."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

import hkinno_extract
from hkinno_extract.pipeline import Extractor
from hkinno_extract.records import RECORD_TYPES, Amount, Record
from hkinno_extract.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
TEXT = "創科成果\n香港在2024年世界數碼競爭力排名位列全球第7。\n創新科技及工業局撥款30億元推出「人工智能資助計劃」，支持約4,700間初創企業。"
ATTRIBUTES = {"rankings": "ranking", "amounts": "amount", "organisations": "organisation", "programmes": "programme"}
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def nlp() -> Language:
    return hkinno_extract.load(Settings(patterns=ROOT / "patterns"))


def plain(doc: Doc) -> dict[str, list[dict[str, Any]]]:
    return {t: [getattr(s._, a).to_plain() for s in doc.spans[t]] for t, a in ATTRIBUTES.items()}


def test_the_registered_set_is_pinned() -> None:
    ours = {e.name for e in entry_points(group="spacy_factories") if e.value.startswith("hkinno_extract.")}
    assert ours == {"hkinno_rankings", "hkinno_amounts", "hkinno_organisations", "hkinno_programmes", "hkinno_links"}
    assert {e.name for e in entry_points(group="spacy_tokenizers") if e.value.startswith("hkinno_extract.")} == {"hkinno.Tokenizer.v1"}


def test_load_gives_every_component(nlp: Language) -> None:
    assert nlp.pipe_names == ["hkinno_rankings", "hkinno_amounts", "hkinno_organisations", "hkinno_programmes", "hkinno_links"]


def test_spans_carry_the_records_of_extract(nlp: Language, extractor: Extractor) -> None:
    doc = nlp(TEXT)
    result = extractor.extract_text(TEXT)
    for table, attribute in ATTRIBUTES.items():
        records = [getattr(span._, attribute) for span in doc.spans[table]]
        assert records, table
        assert all(isinstance(r, RECORD_TYPES[table]) for r in records)
        assert [core(r) for r in records] == [core(r) for r in result.records[table]]
        assert all(TEXT[r.start : r.end] == r.text for r in records)
        assert [s.text for s in doc.spans[table]] == [r.text for r in records]


def core(record: Record) -> dict[str, Any]:
    """What a record says apart from the release it is from."""
    return {
        k: v for k, v in record.to_plain().items() if k not in ("raw_start", "raw_end", "doc_id", "record_id", "published_at", "quality")
    }


def test_a_component_works_in_somebody_else_s_pipeline_by_entry_points_alone() -> None:
    code = (
        "import json, spacy; nlp = spacy.blank('zh'); nlp.add_pipe('hkinno_amounts'); doc = nlp('初創企業約4,700間，按年上升一成。');"
        "print(json.dumps([[s.text, str(s._.amount.value_from), s._.amount.unit] for s in doc.spans['amounts']]))"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, check=True, cwd=ROOT)
    assert json.loads(done.stdout) == [["約4,700間", "4700", "間"], ["一成", "10", "%"]]


@pytest.mark.parametrize("table", list(ATTRIBUTES))
def test_a_component_alone_claims_the_places_it_claims_among_the_others(nlp: Language, table: str) -> None:
    alone = spacy.blank("zh")
    alone.add_pipe(f"hkinno_{table}", config={"patterns": str(ROOT / "patterns")})
    doc = alone(TEXT)
    found = [getattr(s._, ATTRIBUTES[table]) for s in doc.spans[table]]
    assert [(r.start, r.end, r.pattern) for r in found] == [(r["start"], r["end"], r["pattern"]) for r in plain(nlp(TEXT))[table]]
    assert all(r.to_plain().get("organisation_id") is None for r in found)


def test_the_outer_doc_is_not_changed() -> None:
    plain_nlp, ours = spacy.blank("zh"), spacy.blank("zh")
    ours.add_pipe("hkinno_rankings", config={"patterns": str(ROOT / "patterns")})
    before, after = plain_nlp(TEXT), ours(TEXT)
    assert [(t.text, t.tag_, t.whitespace_) for t in before] == [(t.text, t.tag_, t.whitespace_) for t in after]


def test_bytes_and_docbin_keep_records(nlp: Language) -> None:
    doc = nlp(TEXT)
    expected = plain(doc)
    assert any(expected.values())
    assert plain(Doc(nlp.vocab).from_bytes(doc.to_bytes())) == expected
    (again,) = DocBin(docs=[doc], store_user_data=True).get_docs(nlp.vocab)
    assert plain(again) == expected


def test_processes_keep_records() -> None:
    """In a process of its own: the workers are forked, and other tests leave threads behind."""
    code = """
import hkinno_extract
from tests.test_spacy import ROOT, TEXT, plain
nlp = hkinno_extract.load(hkinno_extract.Settings(patterns=ROOT / "patterns"))
texts = [TEXT, "研發開支按年上升12.1%。"]
several, one = [plain(d) for d in nlp.pipe(texts, n_process=2, batch_size=1)], [plain(nlp(t)) for t in texts]
assert several == one, (several, one)
print([len(d["amounts"]) for d in several])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == ("[2, 1]", 0), done.stderr


def test_relative_dates_are_resolved_against_the_doc(nlp: Language) -> None:
    doc = nlp.make_doc("去年研發開支為330億元。")
    doc._.published_at = "2025-01-02"
    dated, undated = nlp(doc), nlp("去年研發開支為330億元。")
    (span,) = dated.spans["amounts"]
    assert isinstance(span._.amount, Amount)
    assert span._.amount.period == "2024"
    (span,) = undated.spans["amounts"]
    assert span._.amount.period is None


def test_language_is_not_patched() -> None:
    code = (
        "from spacy.language import Language; before = dict(vars(Language)); import hkinno_extract.recognition.components;"
        "after = dict(vars(Language)); print(before.keys() ^ after.keys(), [k for k in before if before[k] is not after[k]])"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "set() ['factories']"  # which spaCy computes anew at each look


def test_the_public_names_are_there_and_lazy() -> None:
    code = "import sys, hkinno_extract; print(sorted({'spacy', 'pandas', 'numpy', 'prefect'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.strip() == "[]"
    assert {"extract", "load", "read_tables", "segment", "numbers", "__version__"} <= set(hkinno_extract.__all__)
    assert all(callable(getattr(hkinno_extract, n)) for n in ("extract", "load", "read_tables", "segment", "numbers"))
    with pytest.raises(AttributeError):
        _ = hkinno_extract.nothing


def test_segment_gives_words() -> None:
    assert "".join(hkinno_extract.segment("香港位列全球 第7。")) == "香港位列全球第7。"
