"""Notices of failures: `python -m hkinno_extract.flows.notices --slack ADDRESS` or `--webhook ADDRESS`, once for a server.

In: an address that notices go to, and PREFECT_API_URL. Out: one of Prefect's notification blocks and an automation, both called
`hkinno-failures`, made anew where they are there; the server sends a notice for every run of a flow with the tag `hkinno` that fails,
crashes or times out. Look first at `watch_failures`.
"""

import argparse
import sys
from datetime import timedelta
from typing import Any
from uuid import UUID

from hkinno_extract.flows.environment import prepare_environment

if "prefect" not in sys.modules:
    prepare_environment(quiet=True)

from prefect.automations import Automation, EventTrigger, Posture, ResourceSpecification, SendNotification
from prefect.blocks.notifications import CustomWebhookNotificationBlock, SlackWebhook
from prefect.client.orchestration import get_client
from pydantic import SecretStr

NAME = "hkinno-failures"
TAG = "hkinno"
FAILURES = {f"prefect.flow-run.{state}" for state in ("Failed", "Crashed", "TimedOut")}
SUBJECT = "hkinno: {{ flow_run.name }} is {{ flow_run.state.name }}"
BODY = "{{ flow.name }}, {{ flow_run.name }}: {{ flow_run.state.name }} - {{ flow_run.state.message }}\n{{ flow_run|ui_url }}"


def watch_failures(block: Any) -> Automation:
    """Saves `block` and has the server send a notice through it for every failure. Raises what Prefect raises where no server answers."""
    block_id: UUID = block.save(NAME, overwrite=True)
    wanted = Automation(
        name=NAME,
        description="A notice for every failed run of hkinno-extract",
        trigger=EventTrigger(
            match=ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"}),
            match_related=ResourceSpecification({"prefect.resource.id": f"prefect.tag.{TAG}", "prefect.resource.role": "tag"}),
            expect=FAILURES,
            posture=Posture.Reactive,
            threshold=1,
            within=timedelta(0),
        ),
        actions=[SendNotification(block_document_id=block_id, subject=SUBJECT, body=BODY)],
    )
    with get_client(sync_client=True) as client:
        for before in client.read_automations_by_name(NAME):
            client.delete_automation(before.id)
    made = wanted.create()
    assert isinstance(made, Automation)
    return made


def slack_block(address: str) -> Any:
    """Prefect's block for an incoming webhook of Slack."""
    return SlackWebhook(url=SecretStr(address))


def webhook_block(address: str) -> Any:
    """Prefect's block that posts JSON to any address."""
    said = {"subject": "{{subject}}", "text": "{{body}}"}
    return CustomWebhookNotificationBlock(name=NAME, url=address, json_data=said, headers=None, cookies=None)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m hkinno_extract.flows.notices", description=__doc__)
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--slack", metavar="ADDRESS", help="an incoming webhook of Slack")
    kind.add_argument("--webhook", metavar="ADDRESS", help="any address that takes a POST of JSON with subject and text")
    chosen = parser.parse_args()
    block = slack_block(chosen.slack) if chosen.slack else webhook_block(chosen.webhook)
    print(f"automation {watch_failures(block).name} is in place")


if __name__ == "__main__":
    main()
