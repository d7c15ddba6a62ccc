"""Has dnf 4 hold to the lock, whoever runs it: what the layer adds in the versions of ./digests.rpm, all that was there before in the version
that it has, but packages that are made for the layer. Before files are installed they are compared with the lock, noted, and kept for the
store. What check.sh and gone.sh are for apt. Settings are files in the folder $LOCK, beside which this one lies.
"""

import datetime
import hashlib
import os
import shutil

import dnf.exceptions

FOLDER = os.environ.get("LOCK") or "/run/fleet-lock"
FREEZE = "run npm run images without CI=true, and commit what it locks"
OTHER = "its mirror has other content under the same version: ask whoever publishes it, or take the line out, and run npm run lock"


def hold(base):
    """Wraps what every user of dnf calls: once all is known that there is, and once all is fetched."""
    fill, transact, check = base.fill_sack, base.do_transaction, base._sig_check_pkg

    def fill_sack(self, load_system_repo=True, load_available_repos=True):
        sack = fill(self, load_system_repo, load_available_repos)
        if load_available_repos:
            narrow(self)
        return sack

    def do_transaction(self, *arguments, **options):
        if self.transaction:
            look(self)
        return transact(self, *arguments, **options)

    def check_signature(self, package):
        # What vouches for it is its digest in the lock, whatever is asked of files that are named.
        return (0, "") if is_stored(package) else check(self, package)

    base.fill_sack, base.do_transaction, base._sig_check_pkg = fill_sack, do_transaction, check_signature


def read(name):
    try:
        with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def write(name, text, mode="w"):
    with open(os.path.join(FOLDER, name), mode, encoding="utf-8") as file:
        file.write(text)


def lines(name):
    return [line.split() for line in read(name).splitlines()]


def key(package):
    return f"{package.name}:{package.arch}"


def version_of(package):
    epoch = f"{package.epoch}:" if package.epoch else ""
    return f"{epoch}{package.version}-{package.release}"


def there(base):
    """What was installed before the layer's own came: as the first who asks finds it."""
    if not os.path.exists(os.path.join(FOLDER, "there.rpm")):
        installed = [f"{key(each)} {version_of(each)}\n" for each in base.sack.query().installed()]
        write("there.rpm", "".join(sorted(installed)))
    return dict(lines("there.rpm"))


def store():
    """The folder with files that the store has."""
    return os.environ.get("STORE_FILES", read("keep").strip())


def is_stored(package):
    path = package.localPkg()
    if not store() or os.path.dirname(path) != store():
        return False
    return [key(package), version_of(package), digest_of(path)] in lines("digests.rpm")


def narrow(base):
    """Leaves of each package that is locked, or there, no other version than that one."""
    before = there(base)
    if read("mode") == "renewed":
        return
    names = sorted(os.listdir(store())) if os.path.isdir(store()) else []
    base.add_remote_rpms([os.path.join(store(), name) for name in names if name.endswith(".rpm")], strict=False)
    locked = {name: version for name, version, _ in lines("digests.rpm")}
    made = {name for [name] in lines("made")}
    wanted = {**before, **locked}
    available = list(base.sack.query().available())
    others = [
        each
        for each in available
        if each.name not in made and wanted.get(key(each), version_of(each)) != version_of(each)
    ]
    base.sack.add_excludes(base.sack.query().filter(pkg=others))
    has = {(key(each), version_of(each)) for each in [*available, *base.sack.query().installed()]}
    gone = [name for name in locked if (name, locked[name]) not in has]
    write("gone.rpm", "".join(gone_line(name, locked[name], others) for name in gone))
    write("indexes.rpm", "".join(index_lines(base)))


def gone_line(name, version, others):
    newest = max((each for each in others if key(each) == name), default=None)
    got = "none" if newest is None else version_of(newest)
    since = read("since")
    before = f" (the one of {since} had it)" if since else ""
    return (
        f"images.lock.yaml: expected {name} {version} in {read('place').strip()}, got {got}: "
        f"its index has the locked one no more{before}; npm run freshen, and commit what it locks\n"
    )


def index_lines(base):
    """As those of apt are told (release.sh)."""
    for repository in base.repos.iter_enabled():
        primary = repository.get_metadata_path("primary")
        index = os.path.join(os.path.dirname(primary), "repomd.xml")
        if not primary or not os.path.exists(index):
            continue
        yield f"{digest_of(index)}  {repository.id}_Release\n"
        date = datetime.datetime.fromtimestamp(repository._repo.getTimestamp(), datetime.timezone.utc)
        yield f"Date: {date:%a, %d %b %Y %H:%M:%S} UTC\n"


def digest_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            digest.update(part)
    return digest.hexdigest()


def look(base):
    """Looks at each file that is about to be installed."""
    before, mode, place = there(base), read("mode"), read("place").strip()
    locked = {name: (version, digest) for name, version, digest in lines("digests.rpm")}
    made = {name for [name] in lines("made")}
    refused = []
    for package in base.transaction.install_set:
        name, version, path = key(package), version_of(package), package.localPkg()
        if package.name in made or before.get(name) == version or not os.path.exists(path):
            continue
        has = digest_of(path)
        wanted, digest = locked.get(name, ("", "-"))
        if version == wanted and digest not in ("-", has):
            refused.append(f"expected SHA-256 {digest} of {name} {version} in {place}, got {has}; {OTHER}")
        elif version != wanted and mode == "frozen":
            refused.append(f"expected {name} {wanted or 'not at all'} in {place}, got {version}; {FREEZE}")
        write("installed", f"{name} {version} {has}\n", "a")
        keep(path, has)
    if refused:
        raise dnf.exceptions.Error("\n".join(f"images.lock.yaml: {line}" for line in refused))


def keep(path, digest):
    """For the store, unless it has it."""
    if digest in read("stored"):
        return
    folder = os.path.join(os.environ.get("KEEP") or read("keep").strip(), "fetched")
    os.makedirs(folder, exist_ok=True)
    shutil.copyfile(path, os.path.join(folder, f"{digest}.rpm"))
