"""Runs the steps of a layer whose provisioner is not Ansible. Runs in the build container.

The layer's files and the request lie in /run/fleet-build/source, in memory, so that none of it stays in the layer.
"""

import json
import os
import shutil
import subprocess
import sys

SOURCE = "/run/fleet-build/source"
APT = ["apt-get", "--quiet", "--assume-yes", "--no-install-recommends", "--option", "Dpkg::Use-Pty=0"]


def run(command, accepted=(0,), **options):
    print("+", *command, flush=True)
    status = subprocess.run(command, cwd=SOURCE, **options).returncode
    if status not in accepted:
        sys.exit(f"provision: {command[0]} ended with exit code {status}")


def steps(request, command, accepted=(0,)):
    """Runs one command for each step, and names the step that fails."""
    for step in request["run"]:
        print(f"provision: step {step}", flush=True)
        run(command(step), accepted)


def shell(request):
    os.environ.update(request["variables"])
    steps(request, lambda step: [os.path.join(SOURCE, step)])


def puppet(request):
    os.environ.update({f"FACTER_{name}": value for name, value in request["variables"].items()})
    added = [] if shutil.which("puppet") else install("puppet-agent")
    library = ["--modulepath", os.path.join(SOURCE, request["library"])] if request["library"] else []
    # 2: there were changes, and all of them succeeded.
    steps(request, lambda step: ["puppet", "apply", "--detailed-exitcodes", *library, step], accepted=(0, 2))
    remove(added)


def chef(request):
    if not shutil.which("chef-client"):
        sys.exit("provision: expected chef-client in the layer below, got none; install it there")
    attributes = os.path.join(SOURCE, ".attributes.json")
    with open(attributes, "w") as file:
        json.dump(request["variables"], file)
    library = ["--config-option", f"cookbook_path={os.path.join(SOURCE, request['library'])}"] if request["library"] else []
    steps(request, lambda step: ["chef-client", "--local-mode", *library, "--json-attributes", attributes,
                                 "--override-runlist", step])


def packages():
    listed = subprocess.run(["dpkg-query", "--show", "--showformat", "${Package}\\n"], check=True, capture_output=True, text=True)
    return set(listed.stdout.split())


def install(package):
    """Installs a provisioner for the time of the build; returns every package that came with it."""
    if not shutil.which("apt-get"):
        sys.exit(f"provision: expected {package} in the layer below, got none; install it there")
    before = packages()
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run([*APT, "update"], env=quiet)
    # Its own service must not start, nor be found enabled.
    run([*APT, "install", package], env={**quiet, "RUNLEVEL": "1"})
    return sorted(packages() - before)


def remove(added):
    """Removes what came with the provisioner, but for what something that the steps installed needs."""
    if not added:
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-mark", "auto", *added], stdout=subprocess.DEVNULL)
    simulated = subprocess.run([*APT, "autoremove", "--simulate"], check=True, capture_output=True, text=True)
    unneeded = {line.split()[1] for line in simulated.stdout.splitlines() if line.startswith("Remv ")}
    run([*APT, "purge", *sorted(unneeded & set(added))], env=quiet)
    for folder in ("/etc/puppet", "/var/lib/puppet", "/var/cache/puppet", "/root/.puppetlabs"):
        shutil.rmtree(folder, ignore_errors=True)
    for program in ("userdel", "groupdel"):
        subprocess.run([program, "puppet"], capture_output=True)


with open(os.path.join(SOURCE, ".request.json")) as file:
    asked = json.load(file)
{"shell": shell, "puppet": puppet, "chef": chef}[asked["provisioner"]](asked)
