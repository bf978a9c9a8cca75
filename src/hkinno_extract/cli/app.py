"""The commands, and what becomes of errors: one clear line each, never a stack trace.

In: sys.argv. Out: the exit status. HKINNO_DEBUG=1 shows the stack trace of a defect.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Annotated

import typer

from hkinno_extract import __version__
from hkinno_extract.cli import extract, fetch, model, patterns, report, review, run, score, serve, words
from hkinno_extract.errors import HkinnoError, UsageError

OK, FAILED, WRONG_USAGE, QUARANTINED, INTERRUPTED = 0, 1, 2, 3, 130

app = typer.Typer(
    name="hkinno",
    help="Rankings, amounts, organisations and programmes from Hong Kong government press releases, as reviewable tables.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def _root(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False) -> None:
    del version


app.command("run")(run.run)
app.command("extract")(extract.extract)
app.command("fetch")(fetch.fetch)
app.command("status")(fetch.status)
app.command("retry")(fetch.retry)
app.command("serve")(serve.serve)
app.add_typer(review.app, name="review")
app.add_typer(patterns.app, name="patterns")
app.add_typer(model.app, name="model")
app.command("report")(report.report)
app.command("segment")(words.segment)
app.command("repair")(words.repair)
app.command("score")(score.score)


def run_app(arguments: list[str] | None = None) -> int:
    """Runs the command of `arguments` (sys.argv without the program, where None) and returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(args=arguments, prog_name="hkinno", standalone_mode=True)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else OK if stop.code is None else FAILED
    except HkinnoError as error:
        return _say(str(error), WRONG_USAGE if isinstance(error, UsageError) else FAILED)
    except KeyboardInterrupt:
        return _say(run.STOPPED, INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:
        if error.errno == errno.EPIPE:
            return OK
        return _say(f"{error.filename or 'the system'}: {(error.strerror or str(error)).lower()}", FAILED)
    except Exception as error:
        if os.environ.get("HKINNO_DEBUG"):
            raise
        return _say(f"a defect: {type(error).__name__}: {error}. Set HKINNO_DEBUG=1 to see where, and report it.", FAILED)
    return OK


def _say(message: str, status: int) -> int:
    print(f"hkinno: {message}", file=sys.stderr)
    return status
