# shellcheck shell=bash
# Debian packages that make machine images and try them out.

machine_missing() {
  missing qemu-system-x86_64:qemu-system-x86 qemu-img:qemu-utils /usr/share/OVMF/OVMF_CODE_4M.fd:ovmf \
    mke2fs:e2fsprogs debugfs:e2fsprogs mcopy:mtools mkfs.vfat:dosfstools sfdisk:fdisk objcopy:binutils \
    /usr/lib/systemd/boot/efi/linuxx64.efi.stub:systemd-boot-efi
}

machine_ready() { [ -z "$(machine_missing)" ]; }

machine_title() { echo "installing Debian packages for machine images: $(machine_missing | paste -sd' ')"; }

machine_install() {
  # shellcheck disable=SC2046 # one word per package
  apt_install $(machine_missing)
}

machine_env() { :; }
