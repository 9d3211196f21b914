"""The JSON schema of a report: `python -m bot.reviews.schema > docs/schema/reviews.schema.json`."""

import json
import sys
from typing import Any

from bot.reviews.values import Report

__all__ = ["report_schema"]


def report_schema() -> dict[str, Any]:
    """What `copydesk reviews --json` prints."""
    made = Report.model_json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://copydesk.invalid/schema/reviews.schema.json",
        "title": "What `copydesk reviews --json` prints",
        **{name: value for name, value in made.items() if name != "title"},
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(report_schema(), ensure_ascii=False, indent=2) + "\n")
