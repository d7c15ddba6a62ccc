import { closeSync, openSync, readSync, statSync, writeFileSync, writeSync } from "node:fs";
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

/**
 * Arguments of objcopy that put the parts into the stub as sections (systemd-stub(7); addresses as in systemd 252's manual).
 * @param sizes bytes of the kernel, behind which the initrd begins at the next 16 MiB.
 */
export function objcopyArguments(
  parts: Record<".osrel" | ".cmdline" | ".linux" | ".initrd" | "stub", string>,
  kernelBytes: number,
  output: string,
): string[] {
  const initrdAddress = kernelAddress + Math.ceil(kernelBytes / sixteenMiB) * sixteenMiB;
  const addresses = {
    ".osrel": 0x20000,
    ".cmdline": 0x30000,
    ".linux": kernelAddress,
    ".initrd": initrdAddress,
  };
  const sections = (Object.keys(addresses) as (keyof typeof addresses)[]).flatMap((name) => [
    ...["--add-section", `${name}=${parts[name]}`],
    ...["--change-section-vma", `${name}=0x${addresses[name].toString(16)}`],
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
  await execute("objcopy", objcopyArguments(parts, statSync(linux).size, output), { package: "binutils" });
  fixHeader(output, unified.sourceDateEpoch);
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
