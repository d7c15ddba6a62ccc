import * as path from "node:path";
import { cacheFolder } from "../../work/cache.ts";
import { withLock } from "../../work/lock.ts";
import { bootTest, type BootTestResult, type QemuFormat, type MachineKind } from "../disk/index.ts";
import type { Say } from "./buildDisks.ts";
import type { BootRequest } from "./request.ts";

/** How the disk of a machine image is tried. */
export type BootTrial = Pick<BootRequest, "name" | "healthPaths" | "userData" | "blankVolumes"> & {
  disk: string;
  /** Format of the disk; default: raw. */
  format?: QemuFormat;
  /** Time for the whole boot; default: 600, for emulation on a busy machine. */
  timeoutSeconds?: number;
  /** Devices of the machine; default: ec2. */
  machine?: MachineKind;
  /** Digest that the box must report. */
  digest: string;
};

/** Where the console of a disk's boot is kept. */
function consoleLogOf(name: string, digest: string): string {
  return path.join(cacheFolder("logs"), `boot-${name}-${digest.replace("sha256:", "").slice(0, 12)}.log`);
}

/**
 * Boots a disk in a virtual machine, one at a time on this machine: emulated processors share the real ones, and two boots
 * at a time take longer than one after the other.
 * @throws Error listing everything that is wrong, and where the console log is.
 */
export async function bootDisk(trial: BootTrial, say: Say): Promise<BootTestResult> {
  const { name, disk, digest, healthPaths, userData, blankVolumes } = trial;
  const { format = "raw", timeoutSeconds = 600, machine = "ec2" } = trial;
  const waiting = (): void => {
    say("waits for another boot test");
  };
  return withLock("boot-test", waiting, async () => {
    const consoleLog = consoleLogOf(name, digest);
    say(`console: ${consoleLog}`);
    say(`boots the ${format} disk`);
    const given = userData === undefined ? {} : { userData };
    const result = await bootTest({
      disk,
      format,
      digest,
      consoleLog,
      healthPaths,
      timeoutSeconds,
      machine,
      blankVolumes,
      ...given,
    });
    say(
      `booted in ${result.startedSeconds.toFixed(1)} s, healthy after ${result.healthySeconds.toFixed(1)} s`,
    );
    return result;
  });
}
