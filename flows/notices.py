"""A notice where a run of ours fails: one automation on a Prefect server, sent through a notification block that is there already.

In: the name of a block, such as slack-webhook/hkinno. Out: the automation, made or brought up to date. `python -m
hkinno_extract.flows.notices slack-webhook/hkinno` does it for the server that PREFECT_API_URL names. Look first at `failure_notice`.
"""

import sys
from typing import cast
from uuid import UUID

from hkinno_extract.flows.environment import prepare_environment

if "prefect" not in sys.modules:
    prepare_environment()

from prefect.automations import Automation
from prefect.blocks.core import Block
from prefect.events.actions import SendNotification
from prefect.events.schemas.automations import EventTrigger, Posture

from hkinno_extract.errors import HkinnoError, UsageError

NAME = "hkinno: a run failed"
TAG = "hkinno"
"""Every deployment of prefect.yaml has it."""

FAILURES = frozenset({"prefect.flow-run.Failed", "prefect.flow-run.Crashed", "prefect.flow-run.TimedOut"})
SUBJECT = "{{ flow.name }}: {{ flow_run.state.name }}"
BODY = (
    "Run {{ flow_run.name }} of {{ flow.name }} ended as {{ flow_run.state.name }}: {{ flow_run.state.message }}\n{{ flow_run | ui_url }}"
)


def failure_notice(block_id: UUID) -> Automation:
    """An automation that sends a notice through the block where a run of a deployment with our tag fails, crashes or runs out of time."""
    trigger = EventTrigger(
        expect=set(FAILURES),
        match={"prefect.resource.id": "prefect.flow-run.*"},
        match_related={"prefect.resource.id": f"prefect.tag.{TAG}", "prefect.resource.role": "tag"},
        posture=Posture.Reactive,
        threshold=1,
    )
    notice = SendNotification(block_document_id=block_id, subject=SUBJECT, body=BODY)
    return Automation(name=NAME, description="Says that a run of hkinno-extract failed.", trigger=trigger, actions=[notice])


def main(arguments: list[str]) -> int:
    """Makes the automation on the server, in the place of one of the same name. Raises UsageError where the block is not there."""
    if len(arguments) != 1 or "/" not in arguments[0]:
        print("usage: python -m hkinno_extract.flows.notices BLOCK, such as slack-webhook/hkinno", file=sys.stderr)
        return 2
    try:
        block = cast(Block, Block.load(arguments[0]))
    except ValueError as error:
        raise UsageError(f"there is no block {arguments[0]}", remedy="Save one first, as docs/prefect.md shows.") from error
    block_id = block._block_document_id
    assert block_id is not None, "a block that was loaded has an id"
    notice = failure_notice(block_id)
    try:
        known: Automation | None = cast(Automation, Automation.read(name=NAME))
    except ValueError:
        known = None
    if known is None:
        notice.create()
    else:
        notice.id = known.id
        notice.update()
    print(f"{NAME!r} sends through {arguments[0]}")
    return 0


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except HkinnoError as error:
        raise SystemExit(f"hkinno: {error}") from error
