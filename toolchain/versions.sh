# shellcheck shell=bash disable=SC2034
# The versions that the project was tested with. docs/tool-chain.md says what "or newer" means for each.
# Those of Ansible are in ansible/requirements.txt, those of Node and its packages in package-lock.json.

pulumi_version=3.259.0
# The plugins carry the versions of the Node SDKs in package.json.
docker_plugin_version=5.2.0
command_plugin_version=1.2.1

packer_version=1.16.0
packer_docker_version=1.1.2
packer_ansible_version=1.1.2
packer_amazon_version=1.8.0

nfpm_version=2.45.0
compose_version=2.40.3

# Where official releases come from; a mirror with the same layout may be named in the environment.
pulumi_releases=${PULUMI_RELEASES:-https://get.pulumi.com}
compose_releases=${COMPOSE_RELEASES:-https://github.com/docker/compose/releases/download}
hashicorp_releases=${HASHICORP_RELEASES:-https://releases.hashicorp.com}
