import { readFileSync } from "node:fs";
import { projectRoot } from "../../config/root.ts";
import { sourceDateEpochSeconds } from "../../plan/epoch.ts";
import { attestDisk } from "../../images/proof/attestDisk.ts";
import { applyLayer } from "../../images/disk/applyLayer.ts";
import { bootTest } from "../../images/disk/boot/bootTest.ts";
import { machineKinds } from "../../images/disk/boot/qemu.ts";
import { buildBaseDisk } from "../../images/disk/buildBaseDisk.ts";
import { changedBlocks, diskDigest } from "../../images/disk/raw/changedBlocks.ts";
import { convertDisk, diskFormats } from "../../images/disk/format/convertDisk.ts";
import type { Command, Option, Values } from "./command.ts";
import { choice, healthPath, volumes } from "./values.ts";

const output: Option = { value: "FILE", about: "File to make.", required: true };
const disk: Option = { value: "FILE", about: "Raw disk.", required: true };
const facts: Record<string, Option> = {
  digest: { value: "sha256:…", about: "Digest of the image, which the box reports.", required: true },
  volume: { value: "PATH=DEVICE", about: "Volume to mount; formatted when blank.", multiple: true },
  epoch: { value: "SECONDS", about: "Clock of the disk; default: that of every image." },
  setting: { value: "NAME", about: "Configuration path of the size, for messages." },
};

const build: Command = {
  about: "Makes a bootable raw disk from a chain of layers.",
  options: {
    layer: { value: "TAR", about: "Uncompressed layer, lowest first.", required: true, multiple: true },
    "size-mib": { value: "MIB", about: "Size of the disk; default: 2048." },
    "kernel-command-line": { value: "TEXT", about: "Added to root=… ro." },
    "id-seed": { value: "TEXT", about: "What identifiers are derived from; default: the digest." },
    output,
    ...facts,
  },
  run: async (values) => {
    const startedAt = new Date();
    const kernelCommandLine = values.optional("kernel-command-line");
    const idSeed = values.optional("id-seed");
    const target = values.text("output");
    await buildBaseDisk({
      ...{
        ...readFacts(values),
        layers: values.list("layer"),
        sizeMiB: values.number("size-mib") ?? 2048,
        output: target,
      },
      ...(kernelCommandLine === undefined ? {} : { kernelCommandLine }),
      ...(idSeed === undefined ? {} : { idSeed }),
    });
    return { disk: target, ...(await proved(target, values, startedAt)) };
  },
};

const apply: Command = {
  about: "Makes the raw disk of an image from its parent's and one layer.",
  options: {
    parent: { value: "FILE", about: "Raw disk of the parent.", required: true },
    layer: { value: "TAR", about: "Uncompressed layer.", required: true },
    output,
    ...facts,
  },
  run: async (values) => {
    const startedAt = new Date();
    const [parentDisk, target] = [values.text("parent"), values.text("output")];
    await applyLayer({ ...readFacts(values), parentDisk, layerTar: values.text("layer"), output: target });
    const changed = await changedBlocks(parentDisk, target);
    return { disk: target, ...(await proved(target, values, startedAt)), changedBlocks: changed.length };
  },
};

const convert: Command = {
  about: "Turns a raw disk into another format.",
  options: {
    disk,
    format: { value: diskFormats.join("|"), about: "Format.", required: true },
    name: { value: "NAME", about: "Name of the appliance in an OVA; default: from the file's name." },
    output,
  },
  run: async (values) => {
    const name = values.optional("name");
    const format = choice("format", diskFormats, values.text("format"));
    await convertDisk({
      disk: values.text("disk"),
      format,
      output: values.text("output"),
      ...(name === undefined ? {} : { name }),
    });
    return { output: values.text("output") };
  },
};

const boot: Command = {
  about: "Boots a disk in a virtual machine and checks it; the disk stays as it is.",
  options: {
    disk: { ...disk, about: "Disk." },
    format: { value: "raw|qcow2|vmdk", about: "Format of the disk; default: raw." },
    digest: { value: "sha256:…", about: "Digest that the box must report.", required: true },
    health: { value: "PORT/PATH", about: "Path that must answer 200, such as 8080/health.", multiple: true },
    "timeout-seconds": { value: "SECONDS", about: "Time for the whole boot; default: 300." },
    "console-log": { value: "FILE", about: "Console's output; default: DISK.console.log." },
    machine: { value: machineKinds.join("|"), about: "Devices; default: ec2." },
    "user-data": { value: "FILE", about: "cloud-init's user data; default: none." },
    "memory-mib": { value: "MIB", about: "Memory; default: 1024." },
  },
  run: async (values) => {
    const file = values.text("disk");
    const userData = values.optional("user-data");
    const [timeoutSeconds, memoryMiB] = [values.number("timeout-seconds"), values.number("memory-mib")];
    return bootTest({
      ...{
        disk: file,
        digest: values.text("digest"),
        consoleLog: values.optional("console-log") ?? `${file}.console.log`,
      },
      format: choice("format", ["raw", "qcow2", "vmdk"] as const, values.optional("format") ?? "raw"),
      machine: choice("machine", machineKinds, values.optional("machine") ?? "ec2"),
      healthPaths: values.list("health").map(healthPath),
      ...(userData === undefined ? {} : { userData: readFileSync(userData, "utf8") }),
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      ...(memoryMiB === undefined ? {} : { memoryMiB }),
    });
  },
};

const blocks: Command = {
  about: "Lists the blocks of 512 KiB that differ from the parent's.",
  options: {
    disk,
    parent: { value: "FILE", about: "Raw disk of the parent; none: every block that is not zero." },
  },
  run: async (values) => changedBlocks(values.optional("parent"), values.text("disk")),
};

export const commands: Record<string, Command> = { build, apply, convert, boot, blocks };

/** The disk's digest, and where its proof is; none for a disk whose image has none. */
async function proved(disk: string, values: Values, startedAt: Date) {
  const { digest, volumes: mounted } = readFacts(values);
  const made = await diskDigest(disk);
  const facts = { diskDigest: made, image: digest, startedAt, digest, volumes: mounted };
  const proof = await attestDisk(projectRoot, facts);
  return { diskDigest: made, ...(proof !== undefined && { proof }) };
}

function readFacts(values: Values): {
  digest: string;
  volumes: Record<string, string>;
  sourceDateEpoch: number;
  setting?: string;
} {
  const setting = values.optional("setting");
  return {
    digest: values.text("digest"),
    volumes: volumes(values.list("volume")),
    sourceDateEpoch: values.number("epoch") ?? sourceDateEpochSeconds,
    ...(setting === undefined ? {} : { setting }),
  };
}
