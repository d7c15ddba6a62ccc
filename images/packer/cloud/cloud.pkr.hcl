# One layer of a machine image, built in the cloud (`builder: cloud`): an instance of the layer below, the same roles applied by
# the same playbook, and an AMI of its volume. docs/publishing.md says what this costs against building the disk here.
packer {
  required_version = ">= 1.11.0"
  required_plugins {
    amazon = {
      source  = "github.com/hashicorp/amazon"
      version = ">= 1.3.0"
    }
    ansible = {
      source  = "github.com/hashicorp/ansible"
      version = ">= 1.1.0"
    }
  }
}

variable "name" {
  type        = string
  description = "Name of the AMI; unique in the account and region."
}

variable "region" {
  type        = string
  description = "Region in which it is built."
}

variable "source_ami" {
  type        = string
  description = "Id of the AMI of the layer below. An id, never a filter for the most recent: the same inputs, the same image."
  validation {
    condition     = can(regex("^ami-[0-9a-f]+$", var.source_ami))
    error_message = "The variable source_ami: expected ami-…, the id of the AMI of the layer below."
  }
}

variable "instance_type" {
  type        = string
  description = "Type of the instance that builds; of the architecture of the source AMI."
}

variable "subnet_id" {
  type        = string
  default     = null
  description = "Subnet of the instance. Default: one of the default VPC."
}

variable "ssh_username" {
  type        = string
  description = "User of the source AMI who may become root: admin on Debian's."
}

variable "security_group_id" {
  type        = string
  default     = null
  description = "Security group that lets this machine in by SSH. Default: a temporary one, for this machine's address alone."
}

variable "ssh_host" {
  type        = string
  default     = null
  description = "Address of a forwarder that SSH goes to. Default: the instance's own."
}

variable "key_pair" {
  type        = string
  default     = null
  description = "Name of a key pair that is there. Default: a temporary one."
}

variable "private_key_file" {
  type        = string
  default     = null
  description = "File of the private key of `key_pair`."
}

variable "playbook" {
  type        = string
  description = "Path of the playbook: playbooks/site.yml."
}

variable "variables_file" {
  type        = string
  description = "JSON file of the playbook's extra variables: fleet_play, fleet_roles and the layer's own."
}

variable "volume_gib" {
  type        = number
  description = "Size of the root volume."
}

variable "encrypted" {
  type        = bool
  description = "Encrypt the AMI's snapshot."
}

variable "kms_key_id" {
  type        = string
  default     = null
  description = "KMS key of the region. Default: the account's default key, whose AMIs cannot be shared."
}

variable "tags" {
  type        = map(string)
  description = "Tags of the AMI and its snapshot: the input digest by which they are found again."
}

variable "manifest" {
  type        = string
  description = "Where Packer writes the id of the AMI."
}

source "amazon-ebs" "layer" {
  region        = var.region
  source_ami    = var.source_ami
  instance_type = var.instance_type
  subnet_id     = var.subnet_id

  communicator            = "ssh"
  ssh_username            = var.ssh_username
  ssh_host                = var.ssh_host
  ssh_keypair_name        = var.key_pair
  ssh_private_key_file    = var.private_key_file
  temporary_key_pair_type = var.key_pair == null ? "ed25519" : null
  security_group_id       = var.security_group_id
  # Only from the address of this machine, and gone with the build, also when Packer is killed.
  temporary_security_group_source_public_ip = var.security_group_id == null
  ssh_clear_authorized_keys                 = true
  shutdown_behavior                         = "terminate"

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  launch_block_device_mappings {
    device_name           = "/dev/xvda"
    volume_type           = "gp3"
    volume_size           = var.volume_gib
    delete_on_termination = true
  }

  # The boot mode is the source AMI's: this builder cannot set it (hashicorp/packer-plugin-amazon issue 465).
  ami_name                = var.name
  ami_virtualization_type = "hvm"
  ena_support             = true
  sriov_support           = true
  imds_support            = "v2.0"
  encrypt_boot            = var.encrypted
  kms_key_id              = var.kms_key_id
  tags                    = var.tags
  snapshot_tags           = var.tags
  run_tags                = merge(var.tags, { Name = "build of ${var.name}" })
  run_volume_tags         = var.tags
}

build {
  sources = ["source.amazon-ebs.layer"]

  provisioner "shell" {
    inline = ["cloud-init status --wait || true"]
  }

  provisioner "ansible" {
    playbook_file = var.playbook
    use_proxy     = false
    user          = var.ssh_username
    extra_arguments = [
      "--become",
      "--extra-vars", "@${var.variables_file}",
    ]
    # The instance is minutes old: nobody can know its host key.
    ansible_env_vars = ["ANSIBLE_HOST_KEY_CHECKING=False"]
  }

  provisioner "shell" {
    script          = "${path.root}/clean.sh"
    execute_command = "sudo sh {{ .Path }}"
  }

  post-processor "manifest" {
    output = var.manifest
  }
}
