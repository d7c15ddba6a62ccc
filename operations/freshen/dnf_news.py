"""Prints what dnf 4 has of an image's own repositories, as JSON. Arguments: names with architectures (openssl-libs:x86_64) that are asked for beside
those that have newer versions. Runs in a box that is thrown away.
"""

import datetime
import hashlib
import json
import os
import sys

import dnf
import hawkey


def key(package):
    return f"{package.name}:{package.arch}"


def version_of(package):
    epoch = f"{package.epoch}:" if package.epoch else ""
    return f"{epoch}{package.version}-{package.release}"


def digest_of(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def indexes(base):
    for repository in base.repos.iter_enabled():
        primary = repository.get_metadata_path("primary")
        index = os.path.join(os.path.dirname(primary or ""), "repomd.xml")
        if primary and os.path.exists(index):
            date = datetime.datetime.fromtimestamp(repository._repo.getTimestamp(), datetime.timezone.utc)
            yield repository.id, {"date": f"{date:%Y-%m-%dT%H:%M:%SZ}", "sha256": digest_of(index)}


def upgrades(base):
    """The newest of each package that is there in an older version; security where an advisory of that kind names what is between."""
    installed = {key(each): each for each in base.sack.query().installed().latest()}
    newer = base.sack.query().upgrades()
    fixing = {key(each) for each in newer.filter(advisory_type="security")}
    for each in sorted(newer.latest()):
        name, before = key(each), installed.get(key(each))
        if before is not None:
            versions = {"installed": version_of(before), "candidate": version_of(each)}
            yield {"name": name, **versions, "security": name in fixing}


def available(base, asked):
    for each in base.sack.query().available():
        kind, digest = each.chksum or (None, b"")
        if key(each) in asked and kind == hawkey.CHKSUM_SHA256:
            yield {"id": key(each), "version": version_of(each), "sha256": digest.hex()}


def main():
    base = dnf.Base()
    base.conf.read()
    # As dnf's own command does; where no package says which release it is, there is none.
    base.conf.substitutions.update_from_etc("/", varsdir=base.conf.varsdir)
    if base.conf.substitutions.get("releasever") is None:
        base.conf.substitutions["releasever"] = ""
    base.read_all_repos()
    for repository in base.repos.iter_enabled():
        # What cannot be read has no news: that is not to be taken for none.
        repository.skip_if_unavailable = False
    base.fill_sack()
    found = list(upgrades(base))
    asked = {*sys.argv[1:], *(each["name"] for each in found)}
    packages = list(available(base, asked))
    print(json.dumps({"upgrades": found, "packages": packages, "indexes": dict(indexes(base))}))


main()
