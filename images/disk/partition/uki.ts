import { closeSync, openSync, readFileSync, readSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { execute } from "../../../work/execute.ts";

/** What a unified kernel image is made of: files on this machine, and the command line. */
export interface UnifiedKernel {
  /** systemd's linuxx64.efi.stub. */
  stub: string;
  kernel: string;
  initrd: string;
  /** /etc/os-release of the image. */
  osRelease: string;
  commandLine: string;
  /** Time in the program's header, in seconds since 1970. */
  sourceDateEpoch: number;
}

const sixteenMiB = 0x1000000;
const kernelAddress = 0x2000000;
/** Behind the stub's own sections. */
const firstAddress = 0x20000;

/**
 * Arguments of objcopy that put the parts into the stub as sections (systemd-stub(7); addresses as in systemd 252's manual).
 * @param kernelBytes behind which the initrd begins at the next 16 MiB.
 * @param imageBase the stub's own, from which addresses count: 0 before systemd 254.
 */
export function objcopyArguments(
  parts: Record<".osrel" | ".cmdline" | ".linux" | ".initrd" | "stub", string>,
  kernelBytes: number,
  output: string,
  imageBase = 0,
): string[] {
  const initrdAddress = kernelAddress + Math.ceil(kernelBytes / sixteenMiB) * sixteenMiB;
  const addresses = {
    ".osrel": firstAddress,
    ".cmdline": 0x30000,
    ".linux": kernelAddress,
    ".initrd": initrdAddress,
  };
  const sections = (Object.keys(addresses) as (keyof typeof addresses)[]).flatMap((name) => [
    ...["--add-section", `${name}=${parts[name]}`],
    ...["--change-section-vma", `${name}=0x${(imageBase + addresses[name]).toString(16)}`],
  ]);
  return [...sections, parts.stub, output];
}

/**
 * Makes the image that the firmware starts: kernel, initrd and command line in one EFI program.
 * @param folder a working folder for the command line's file.
 */
export async function makeUnifiedKernel(
  unified: UnifiedKernel,
  folder: string,
  output: string,
): Promise<void> {
  const commandLine = join(folder, "cmdline");
  writeFileSync(commandLine, `${unified.commandLine}\0`);
  const { stub, kernel: linux, initrd, osRelease } = unified;
  const parts = { stub, ".osrel": osRelease, ".cmdline": commandLine, ".linux": linux, ".initrd": initrd };
  const command = objcopyArguments(parts, statSync(linux).size, output, imageBaseOf(stub));
  await execute("objcopy", command, { package: "binutils" });
  fixHeader(output, unified.sourceDateEpoch);
}

/** Where a program says that it is loaded (PE format, "Optional Header Windows-Specific Fields"). @throws Error where it has no room for more. */
export function imageBaseOf(program: string): number {
  const header = readFileSync(program);
  const optional = header.readUInt32LE(0x3c) + 24;
  const size = header.readUInt32LE(optional + 56);
  if (size > firstAddress)
    throw new Error(
      `${program}: expected a stub of at most ${firstAddress} bytes in memory, got ${size}; take that of systemd 257 or older`,
    );
  return Number(header.readBigUInt64LE(optional + 24));
}

/**
 * objcopy puts the clock's time into the program's header, whatever SOURCE_DATE_EPOCH says (binutils 2.40), and a checksum
 * that counts it. Firmware reads neither; 0 means that there is no checksum (PE format, "COFF File Header", "Optional Header").
 */
function fixHeader(program: string, seconds: number): void {
  const descriptor = openSync(program, "r+");
  try {
    const field = Buffer.alloc(4);
    readSync(descriptor, field, 0, 4, 0x3c);
    const header = field.readUInt32LE(0);
    field.writeUInt32LE(seconds);
    writeSync(descriptor, field, 0, 4, header + 8);
    writeSync(descriptor, Buffer.alloc(4), 0, 4, header + 24 + 64);
  } finally {
    closeSync(descriptor);
  }
}
