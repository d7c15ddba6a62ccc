"""Facts of the build container that were gathered beside the start of Ansible (facts.sh): with `gathering = smart` Ansible does
not gather them again. Everything else is as in Ansible's own cache in memory."""

import json
import os
import time

from ansible.errors import AnsibleError
from ansible.plugins.cache.memory import CacheModule as Memory

DOCUMENTATION = """
    name: fleet_facts
    short_description: facts that were gathered beside the start of Ansible
    description:
        - Kept in memory alone.
        - The environment variable FLEET_FACTS names the file of the one host's facts; NAME.none beside it says that there are none, and
          NAME.failed why nothing can be done there.
    version_added: historical
    author: the project
"""
HOST = "default"
LIMIT_SECONDS = 60


class CacheModule(Memory):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_read = False

    def contains(self, key):
        if key == HOST and not self.is_read:
            self.is_read = True
            facts = awaited(os.environ["FLEET_FACTS"])
            if facts:
                self._cache.setdefault(HOST, {**facts, "_ansible_facts_gathered": True})
        return super().contains(key)


def awaited(path):
    """The facts of the file as soon as it is there; None where they could not be gathered."""
    end = time.monotonic() + LIMIT_SECONDS
    while not os.path.exists(path):
        if os.path.exists(f"{path}.failed"):
            with open(f"{path}.failed") as file:
                raise AnsibleError(file.read())
        if os.path.exists(f"{path}.none") or time.monotonic() > end:
            return None
        time.sleep(0.02)
    try:
        with open(path) as file:
            return json.load(file)["ansible_facts"]
    except (ValueError, KeyError):
        return None
