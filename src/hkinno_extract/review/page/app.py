"""The addresses of the page.

In: a `Desk` and its `Keys`. Out: an ASGI application behind the `Gate`. Look first at `make_app`. What a reviewer may do stands in desk.py.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated

from fastapi import Cookie, FastAPI, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.staticfiles import StaticFiles

from hkinno_extract.errors import HkinnoError, OutputError, UsageError
from hkinno_extract.review.page.desk import Desk
from hkinno_extract.review.page.fields import CHOICES, empty_forms
from hkinno_extract.review.page.index import FILTERS, Filter
from hkinno_extract.review.page.names import NAME_TABLES, add_name, reach
from hkinno_extract.review.page.security import Gate, Keys
from hkinno_extract.review.words import LANGUAGES, chosen_language, environment, words_of
from hkinno_extract.tables.columns import RECORD_TABLES

LANGUAGE_COOKIE = "hkinno_language"
_NOT_SAVED, _NOT_TAKEN = 507, 409
_YEAR = 365 * 24 * 3600


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Decide(_Body):
    """A decision about a record."""

    id: str
    check: str
    review: str | None = Field(default=None, pattern="^(accepted|corrected|rejected|withdrawn)$")
    values: dict[str, str] = {}
    note: str = ""


class Add(_Body):
    """A record that the rules missed."""

    doc_id: str
    table: str = Field(pattern=f"^({'|'.join(RECORD_TABLES)})$")
    text: str
    start: int | None = None
    values: dict[str, str] = {}
    note: str = ""


class Name(_Body):
    """A name for a gazetteer, from the record `id`."""

    id: str
    table: str = Field(pattern=f"^({'|'.join(NAME_TABLES)})$")
    values: dict[str, str]


class Nothing(_Body):
    """A write that says no more than its address."""


def make_app(desk: Desk, keys: Keys, *, patterns: Path) -> Gate:
    """The page of `desk`. Names are added to the gazetteers of the folder `patterns`."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    static = Path(str(resources.files(__package__ or "") / "static"))
    app.mount("/static", StaticFiles(directory=static))
    _add_page(app, desk, keys)
    _add_reads(app, desk)
    _add_writes(app, desk)
    _add_names(app, desk, patterns)

    @app.exception_handler(HkinnoError)
    async def ours(_: Request, error: HkinnoError) -> JSONResponse:
        return JSONResponse({"problem": str(error)}, _NOT_SAVED if isinstance(error, OutputError) else _NOT_TAKEN)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return JSONResponse({"problem": "; ".join(f"{e['loc'][-1]}: {e['msg']}" for e in error.errors())}, 422)

    return Gate(app, keys)


def _add_page(app: FastAPI, desk: Desk, keys: Keys) -> None:
    template = environment(__package__ or "").get_template("page.html")

    @app.get("/")
    def page(
        lang: str = "",
        hkinno_language: Annotated[str, Cookie()] = "",
        accept_language: Annotated[str, Header()] = "",
    ) -> HTMLResponse:
        language = chosen_language(lang, hkinno_language, accept_language)
        words = words_of(language)
        settings = {"key": keys.key, "words": words, "choices": CHOICES, "forms": empty_forms(), "nameTables": NAME_TABLES}
        html = template.render(
            language=language, languages=LANGUAGES, words=words, settings=settings, tables=RECORD_TABLES, folder=desk.out.resolve().name
        )
        answer = HTMLResponse(html)
        if lang == language:
            answer.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, httponly=True, samesite="strict", path="/")
        return answer


def _add_reads(app: FastAPI, desk: Desk) -> None:
    @app.get("/api/start")
    def start() -> JSONResponse:
        with desk.busy:
            desk.notice()
            return JSONResponse({**desk.standing(), "patterns": desk.index.patterns(), "sources": desk.index.sources(), "who": desk.who})

    @app.get("/api/records")
    def records(
        request: Request,
        snapshot: int = 0,
        offset: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        at: str = "",
    ) -> JSONResponse:
        wanted = Filter(**{name: request.query_params.get(name, "") for name in FILTERS})
        with desk.busy:
            desk.notice()
            found = desk.index.snapshot(snapshot)
            if found is None or found.filter != wanted:
                found = desk.index.find(wanted)
            position = found.ids.index(at) if at and at in found.ids else None
            first = max(0, position - limit // 2) if position is not None else offset
            rows = desk.index.page(found, first, limit)
            return JSONResponse({"snapshot": found.number, "total": len(found.ids), "offset": first, "position": position, "rows": rows})

    @app.get("/api/release")
    def release(doc_id: str) -> JSONResponse:
        with desk.busy:
            return JSONResponse(desk.release(doc_id))

    @app.get("/api/record")
    def record(id: str) -> JSONResponse:
        with desk.busy:
            return JSONResponse(desk.record(id))


def _add_writes(app: FastAPI, desk: Desk) -> None:
    @app.post("/api/decide")
    def decide(body: Decide) -> JSONResponse:
        with desk.busy:
            desk.notice()
            return JSONResponse(desk.decide(body.id, body.check, review=body.review, typed=body.values, note=body.note))

    @app.post("/api/add")
    def add(body: Add) -> JSONResponse:
        with desk.busy:
            desk.notice()
            return JSONResponse(desk.add(body.doc_id, body.table, text=body.text, start=body.start, typed=body.values, note=body.note))

    @app.post("/api/undo")
    def undo(_: Nothing) -> JSONResponse:
        with desk.busy:
            desk.notice()
            return JSONResponse(desk.undo())

    @app.post("/api/tables")
    def tables(_: Nothing) -> JSONResponse:
        with desk.busy:
            return JSONResponse(desk.refresh_tables())


def _add_names(app: FastAPI, desk: Desk, patterns: Path) -> None:
    @app.post("/api/name/reach")
    def name_reach(body: Name) -> JSONResponse:
        with desk.busy:
            return JSONResponse(reach(desk.index, body.table, _named(body), body.id))

    @app.post("/api/name")
    def name(body: Name) -> JSONResponse:
        with desk.busy:
            return JSONResponse(
                {"line": add_name(patterns, body.table, _named(body)), **reach(desk.index, body.table, _named(body), body.id)}
            )


def _named(body: Name) -> dict[str, str]:
    if not body.values.get("name", "").strip():
        raise UsageError("a name is needed")
    return body.values
