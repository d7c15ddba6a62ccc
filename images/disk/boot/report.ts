/** What the guest says about itself on the console (playbooks/roles/machine/files/fleet-report). */
export interface GuestReport {
  phase: "started" | "stopping";
  root: string;
  critical: number;
  failed: string[];
  digest: string;
}

/** The report in a line of the console; undefined for every other line, and for a damaged one. */
export function parseReport(line: string): GuestReport | undefined {
  const pattern =
    /FLEET-REPORT phase=(started|stopping) root=(\S*) critical=(\d+) failed=(\S*) digest=(\S*) end/;
  const [, phase, root = "", critical, failed = "", digest = ""] = pattern.exec(line) ?? [];
  if (phase !== "started" && phase !== "stopping") return undefined;
  return { phase, root, critical: Number(critical), failed: failed.split(",").filter(Boolean), digest };
}

/** A line after which no report can come: no boot loader, no root, or a dead kernel. */
export function isFatal(line: string): boolean {
  return /No bootable option or device|Kernel panic - not syncing|^\(initramfs\)|Dropping to a shell|emergency mode/.test(
    line,
  );
}

/**
 * Whether a boot failed for the emulator's sake: on a busy machine its timer may miss the moment, in the first second, in which
 * the kernel tries it, and the kernel then gives up. It says nothing of the disk.
 */
export function isEmulatorFault(complaint: string): boolean {
  return complaint.includes("IO-APIC + timer doesn't work");
}

/** The journal's message in a line of the console, if it is one. */
export function parseCritical(line: string): string | undefined {
  return /FLEET-CRITICAL (.*\S)/.exec(line)?.[1];
}
