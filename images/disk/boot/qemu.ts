import * as path from "node:path";
import type { Firmware } from "./firmware.ts";
import { volumeArguments } from "./volumes.ts";

/** The kinds of machine that a disk is tried on: the devices that its drivers are for. */
export const machineKinds = ["ec2", "vmware", "metal"] as const;
export type MachineKind = (typeof machineKinds)[number];

/** Hardware virtualisation, or emulation. */
export type Accelerator = "kvm" | "tcg";

/** One virtual machine. */
export interface VirtualMachine {
  kind: MachineKind;
  accelerator: Accelerator;
  /** A qcow2 overlay that takes the writes. */
  overlay: string;
  firmware: Firmware;
  /** This machine's copy of the firmware's variables. */
  variables: string;
  /** Path of the monitor's socket. */
  monitor: string;
  /** Port on this host's loopback to port in the guest. */
  forwards: Map<number, number>;
  memoryMiB: number;
  /** Program that the firmware is given instead of looking for one on the disk; default: none. */
  program?: string;
  /** Disk with user data for cloud-init; default: none. */
  userDataDisk?: string;
  /** Port on this host's loopback of EC2's metadata service, which the guest finds at its own address; default: none. */
  metadataPort?: number;
  /** Blank disks for declared volumes; default: none. */
  blankVolumes?: readonly string[];
}

/** EC2's instances have NVMe (its network card, ENA, is emulated by none); VMware's pvscsi and vmxnet3; metal SATA and Intel. */
const devices: Record<MachineKind, string[]> = {
  ec2: ["nvme,drive=disk,serial=fleet,bootindex=0", "virtio-net-pci,netdev=net,romfile="],
  vmware: ["pvscsi,id=scsi", "scsi-hd,bus=scsi.0,drive=disk", "vmxnet3,netdev=net,romfile="],
  metal: ["ide-hd,bus=ide.0,drive=disk,bootindex=0", "e1000e,netdev=net,romfile="],
};

/** How a system knows EC2: identity and serial number begin with `ec2`, and are the same. */
const ec2Identity = "ec2b0075-0000-4000-8000-000000000000";
const ec2System = `type=1,manufacturer=Amazon EC2,uuid=${ec2Identity},serial=${ec2Identity}`;

/**
 * What the guest is told of its processors. Under KVM it has the host's. Emulated ones speculate on nothing, so the guest is
 * told of a kind that does not either, Intel's first Atom, with all instructions that QEMU can emulate but the fast string moves, which
 * are slow there (docs/decisions/0008-emulated-processors.md).
 */
const processors: Record<Accelerator, string> = {
  kvm: "max",
  tcg: "max,vendor=GenuineIntel,family=6,model=28,stepping=10,-erms,-fsrm",
};

/** The service's address is part of the guest's network; a program takes each connection on. */
function metadataNetwork({ metadataPort }: VirtualMachine): string {
  if (metadataPort === undefined) return "";
  // QEMU splits the command as a shell would, after its own options at commas.
  const relay = path
    .join(import.meta.dirname, "relay.sh")
    .replaceAll("'", "'\\''")
    .replaceAll(",", ",,");
  const command = `bash '${relay}' ${metadataPort}`;
  return `,net=169.254.169.0/24,guestfwd=tcp:169.254.169.254:80-cmd:${command}`;
}

/**
 * Arguments of qemu-system-x86_64: console on standard output.
 * `restrict=on`: the guest reaches nothing, so that a boot test needs no network and disturbs none. `ipv6=off`: as in a VPC, which has
 * none unless it is asked for; QEMU would announce a name server that never answers.
 */
export function qemuArguments(machine: VirtualMachine): string[] {
  const { firmware, variables, overlay, userDataDisk } = machine;
  const forwards = [...machine.forwards].map(([host, guest]) => `,hostfwd=tcp:127.0.0.1:${host}-:${guest}`);
  const seed = `if=none,id=seed,format=raw,readonly=on,file=${userDataDisk ?? ""}`;
  return [
    ...["-name", "fleet-boot-test", "-machine", "q35", "-accel", machine.accelerator],
    ...["-cpu", processors[machine.accelerator], "-smp", "2", "-m", String(machine.memoryMiB)],
    ...["-nodefaults", "-no-reboot", "-display", "none"],
    ...["-drive", `if=pflash,unit=0,format=raw,readonly=on,file=${firmware.code}`],
    ...["-drive", `if=pflash,unit=1,format=raw,file=${variables}`],
    ...["-drive", `if=none,id=disk,format=qcow2,file=${overlay}`],
    ...["-netdev", `user,id=net,restrict=on,ipv6=off${forwards.join("")}${metadataNetwork(machine)}`],
    ...(machine.metadataPort === undefined ? [] : ["-smbios", ec2System]),
    ...devices[machine.kind].flatMap((device) => ["-device", device]),
    ...(userDataDisk === undefined ? [] : ["-drive", seed, "-device", "virtio-blk-pci,drive=seed"]),
    ...volumeArguments(machine.blankVolumes ?? []),
    ...(machine.program === undefined ? [] : ["-kernel", machine.program]),
    ...["-serial", "stdio", "-monitor", `unix:${machine.monitor},server=on,wait=off`],
  ];
}
