"""`copydesk doctor`: what is well, what to fix."""

import asyncio
import json
from typing import TYPE_CHECKING

import click

from bot.cli.common import read_settings

if TYPE_CHECKING:
    from bot.doctor import Finding
    from bot.settings import Settings

_MARKS = {"ok": ("OK  ", "green"), "problem": ("FIX ", "red"), "not configured": ("--  ", "yellow")}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array of findings.")
def command(as_json: bool) -> int:
    """Check Python, tokens, scopes, engine, weights, databases and templates, and say what to fix.

    Exits with 1 when something must be fixed; what is only not configured is no fault.
    """
    settings = read_settings()
    findings = asyncio.run(_examine(settings, as_json=as_json))
    problems = sum(finding.state == "problem" for finding in findings)
    if as_json:
        click.echo(json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False, indent=2))
    elif problems:
        click.echo(f"\n{problems} to fix.")
    return 1 if problems else 0


async def _examine(settings: "Settings", *, as_json: bool) -> "list[Finding]":
    from bot.doctor import examine

    findings = []
    async for finding in examine(settings):
        findings.append(finding)
        if not as_json:
            _show(finding)
    return findings


def _show(finding: "Finding") -> None:
    from bot.logs import redact

    mark, colour = _MARKS[finding.state]
    click.echo(f"{click.style(mark, fg=colour)} {finding.check:<17} {redact(finding.message)}")
    if finding.remedy and finding.state != "ok":
        click.echo(f"{'':22} {redact(finding.remedy)}")
