import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Guest } from "../../../../images/disk/boot/guest.ts";
import { pollHealth } from "../../../../images/disk/boot/health.ts";
import type { HealthPath } from "../../../../images/disk/boot/judge.ts";
import { launch } from "../../../../images/disk/boot/launch.ts";
import { tellUserData } from "../../../../images/disk/boot/userData.ts";
import { freePort } from "../../../sandbox/sandbox.ts";
import { machineOf } from "./machine.ts";

/** What was seen of a box that booted with a volume. */
export interface SeenBoot {
  /** Units that failed. */
  failed: string[];
  /** What it said on its console. */
  critical: string[];
  /** What the application's health path answered; undefined: nothing. */
  status: number | undefined;
}

const settleSeconds = 20;
const stopSeconds = 60;

/**
 * Boots a disk with what the file `volume` holds as its first volume, waits until everything has started that is to, asks for
 * health, and switches the box off in order, so that the file holds all that it wrote.
 */
export async function bootWithVolume(
  disk: string,
  userData: string,
  volume: string,
  health: HealthPath,
): Promise<SeenBoot> {
  const folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-volume-"));
  const port = await freePort();
  const told = await tellUserData("ec2", userData, folder);
  const machine = await machineOf(disk, folder, new Map([[port, health.port]]), [volume]);
  const guest = await launch({ ...machine, ...told.machine }, path.join(folder, "console.log"));
  try {
    await Promise.race([guest.started, guest.exited.then((why) => Promise.reject(new Error(why)))]);
    const { status } = await pollHealth(health, port, AbortSignal.timeout(settleSeconds * 1000));
    await switchOff(guest);
    const failed = guest.reports.flatMap((report) => report.failed);
    return { failed: [...new Set(failed)], critical: [...new Set(guest.criticalMessages)], status };
  } finally {
    guest.kill();
    await guest.exited;
    told.stop();
    rmSync(folder, { recursive: true });
  }
}

async function switchOff(guest: Guest): Promise<void> {
  guest.powerDown();
  const late = sleep(stopSeconds * 1000, undefined, { ref: false }).then(() => {
    throw new Error(`expected the box to switch itself off within ${stopSeconds} s, got none`);
  });
  await Promise.race([guest.exited, late]);
}
