# One layer of an image: the parent's container with systemd as PID 1, the roles applied by Ansible, what changed taken out.
packer {
  required_version = ">= 1.11.0"
  # The tool chain pins the plugins. Were they required here, too, Packer would look at each of them twice, for a fifth of a second.
}

variable "parent" {
  type        = string
  description = "Id of the image of the layer below."
}

variable "build" {
  type        = string
  description = "Name of the build; labels its containers and images, so that leftovers are found."
}

variable "epoch_seconds" {
  type        = number
  description = "SOURCE_DATE_EPOCH in the container."
}

variable "playbook" {
  type        = string
  description = "Path of the playbook."
}

variable "variables_file" {
  type        = string
  description = "JSON file of the playbook's extra variables: fleet_play, fleet_roles and the layer's own."
}

variable "host" {
  type        = string
  description = "What the box is called in the inventory."
}

variable "host_variables" {
  type        = string
  description = "Variables of the box in the inventory, beside its address: a line of key=value."
}

variable "groups" {
  type        = list(string)
  description = "Groups that the box is in."
}

variable "arguments" {
  type        = list(string)
  description = "Further arguments of ansible-playbook."
}

variable "services_file" {
  type        = string
  description = "Where the services that are enabled in the end are written, as JSON."
}

variable "facts_file" {
  type        = string
  description = "Where the facts of the container are written beside the start of Ansible; empty: Ansible gathers them."
}

variable "source" {
  type        = string
  description = "Folder with the files of a layer that Ansible does not provision."
}

variable "package_lists" {
  type        = string
  description = "Folder that keeps lists of packages from build to build."
}

variable "bytecode" {
  type        = string
  description = "Archive of what Python compiled for a box of the same parent before."
}

variable "updates" {
  type        = list(string)
  default     = []
  description = "NAME=VERSION of packages that the box has in this version at least, where it has them."
}

variable "layer" {
  type        = string
  description = "Where the archive of what changed is written; NAME.image beside it where the engine has it as an image instead."
}

variable "ready" {
  type        = string
  description = "File that is there as soon as all that Ansible reads is."
}

variable "builder" {
  type        = number
  description = "Id of the process that makes what Ansible reads."
}

locals {
  # Packer's own has no quotes, and a project's folder may have blanks in its path.
  by_script = ["/bin/sh", "-c", "{{.Vars}} /bin/sh \"{{.Script}}\""]
}

source "docker" "layer" {
  image = var.parent
  pull  = false
  # finish.sh takes what is needed of it.
  discard = true
  # What Packer mounts there leaves a folder behind; /run is in memory.
  container_dir = "/run/packer-files"
  run_command = [
    "--detach",
    "--label", "immutable-fleets.build=${var.build}",
    "--hostname", "build",
    "--security-opt", "seccomp=unconfined",
    "--cgroupns=host",
    "--volume", "/sys/fs/cgroup:/sys/fs/cgroup:rw",
    "--tmpfs", "/run:exec",
    "--tmpfs", "/run/lock",
    "--tmpfs", "/tmp:exec",
    "--env", "container=docker",
    # The engine mounts /etc/hosts and its kin, where nothing can take the place of a file: modules then write into it.
    "--env", "ANSIBLE_UNSAFE_WRITES=true",
    "--env", "PATH=/run/fleet-build:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    # Libraries that Ansible's modules import, and no image has for them (package-lists.sh).
    "--env", "PYTHONPATH=/run/fleet-build/python",
    # Images have none (omissions.ts); what a build compiles is kept from build to build (bytecode.py).
    "--env", "PYTHONPYCACHEPREFIX=/run/fleet-build/bytecode",
    "--cap-add", "NET_ADMIN", # firewalls, in the container's own network namespace
    "--env", "SOURCE_DATE_EPOCH=${var.epoch_seconds}",
    "--user", "0:0",
    "--stop-signal", "SIGRTMIN+3",
    "--entrypoint", "/sbin/init",
    "--",
    "{{.Image}}",
  ]
}

build {
  # One of both is built: packer build -only=docker.ansible, or docker.steps for the other provisioners.
  source "source.docker.layer" {
    name = "ansible"
  }
  source "source.docker.layer" {
    name = "steps"
  }

  provisioner "shell-local" {
    script           = "${path.root}/await-systemd.sh"
    execute_command  = local.by_script
    environment_vars = ["CONTAINER=${build.ID}", "HERE=${path.root}", "LISTS=${var.package_lists}", "FACTS=${var.facts_file}", "BYTECODE=${var.bytecode}", "READY=${var.ready}", "BUILDER=${var.builder}"]
  }

  provisioner "ansible" {
    only          = ["docker.ansible"]
    playbook_file = var.playbook
    use_proxy     = false
    # The project's own Ansible: asking for its version takes over half a second. Without it Packer takes it for Ansible 1, and
    # would name a host of its own in the inventory, `ansible_ssh_host`.
    skip_version_check = true
    # Where the box is belongs to the box alone, and is no extra variable: whatever a role does elsewhere, it does there.
    host_alias              = var.host
    groups                  = var.groups
    inventory_file_template = "{{ .HostAlias }} ansible_host=${build.ID} ${var.host_variables}\n"
    user                    = "root"
    extra_arguments = concat(var.arguments, [
      "--connection", "docker",
      "--extra-vars", "@${var.variables_file}",
    ])
  }

  provisioner "shell-local" {
    only             = ["docker.steps"]
    script           = "${path.root}/provision.sh"
    execute_command  = local.by_script
    environment_vars = ["CONTAINER=${build.ID}", "SOURCE=${var.source}", "HERE=${path.root}"]
  }

  provisioner "shell-local" {
    script           = "${path.root}/finish.sh"
    execute_command  = local.by_script
    environment_vars = ["CONTAINER=${build.ID}", "SERVICES_FILE=${var.services_file}", "HERE=${path.root}", "UPDATES=${join(" ", var.updates)}", "LAYER=${var.layer}", "PARENT=${var.parent}", "BUILD=${var.build}"]
  }

  error-cleanup-provisioner "shell-local" {
    inline           = ["docker exec --interactive \"$CONTAINER\" python3 - < \"$HERE/failed_units.py\" || true"]
    environment_vars = ["CONTAINER=${build.ID}", "HERE=${path.root}"]
  }
}
