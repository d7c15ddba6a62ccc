"""What EC2 documents of lists and moto 5.2 leaves out: answers come in pages, whether or not their size was asked for.

EMULATOR_PAGE_ITEMS makes pages small, as AWS may at any time ("Query requests": a page may have fewer items than asked for).
"""

import os
from collections.abc import Callable

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

PAGE_ITEMS = int(os.environ.get("EMULATOR_PAGE_ITEMS", "1000"))
IDS = ["ImageIds", "SnapshotIds", "InstanceIds", "LaunchTemplateIds", "LaunchTemplateNames", "Versions"]


def paged(plain: Callable, key: str) -> Callable:
    def respond(self: EC2Response) -> ActionResult:
        wanted, token = self._get_param("MaxResults"), self._get_param("NextToken")
        if any(self._get_param(each) for each in IDS):
            return plain(self)
        # The whole list, of which moto would leave out the end without a word.
        self.params = {**self.params, "MaxResults": 1_000_000}
        self.params.pop("NextToken", None)
        items = list(plain(self).result[key])
        start, size = int(token or 0), min(int(wanted or PAGE_ITEMS), PAGE_ITEMS)
        end = start + size
        return ActionResult({key: items[start:end], "NextToken": str(end) if end < len(items) else None})

    return respond


def install() -> None:
    for action, key in {
        "describe_images": "Images",
        "describe_snapshots": "Snapshots",
        "describe_instances": "Reservations",
        "describe_launch_templates": "LaunchTemplates",
        "describe_launch_template_versions": "LaunchTemplateVersions",
    }.items():
        setattr(EC2Response, action, paged(getattr(EC2Response, action), key))
