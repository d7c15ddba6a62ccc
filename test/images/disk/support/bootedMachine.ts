import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cloudConfig } from "../../../../plan/glue/cloudConfig.ts";
import type { Guest } from "../../../../images/disk/boot/guest.ts";
import { launch } from "../../../../images/disk/boot/launch.ts";
import { tellUserData } from "../../../../images/disk/boot/userData.ts";
import { blankVolumeDevice, makeBlankVolumes } from "../../../../images/disk/boot/volumes.ts";
import { freePort } from "../../../sandbox/sandbox.ts";
import { machineOf } from "./machine.ts";

const shellPort = 9;
const shell = readFileSync(path.join(import.meta.dirname, "remote_shell.py"), "utf8");

/**
 * A disk that runs in a virtual machine until it is stopped, with somebody in it who runs lines of shell as root, in the place of
 * the agent of AWS Systems Manager.
 */
export class BootedMachine {
  readonly #guest: Guest;
  readonly #folder: string;
  readonly #port: number;
  readonly #stopTelling: () => void;

  private constructor(guest: Guest, folder: string, port: number, stopTelling: () => void) {
    this.#stopTelling = stopTelling;
    this.#guest = guest;
    this.#folder = folder;
    this.#port = port;
  }

  /**
   * Boots a disk, and waits until everything in it has started.
   * @param userData as the project gives it to a box.
   * @param mounts where the disk's declared volumes are mounted; blank ones take their places.
   */
  static async boot(disk: string, userData: string, mounts: readonly string[] = []): Promise<BootedMachine> {
    const folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-booted-"));
    const port = await freePort();
    const told = await tellUserData("ec2", withShell(userData, mounts), folder);
    const volumes = await makeBlankVolumes(mounts.length, folder);
    const machine = {
      ...(await machineOf(disk, folder, new Map([[port, shellPort]]), volumes)),
      ...told.machine,
    };
    const guest = await launch(machine, path.join(folder, "console.log"));
    await Promise.race([guest.started, guest.exited.then((why) => Promise.reject(new Error(why)))]);
    return new BootedMachine(guest, folder, port, told.stop);
  }

  /** Has the machine run a line of shell. @returns what it printed. @throws Error when it fails. */
  async run(line: string): Promise<string> {
    const url = `http://127.0.0.1:${this.#port}`;
    for (;;) {
      const answer = await fetch(url, { method: "POST", body: line }).catch(() => undefined);
      if (answer?.ok) return answer.text();
      if (answer) throw new Error(await answer.text());
      await sleep(500);
    }
  }

  async stop(): Promise<void> {
    this.#guest.kill();
    await this.#guest.exited;
    this.#stopTelling();
    rmSync(this.#folder, { recursive: true });
  }
}

/** The user data, with the start of the shell as a script of its last stage, and blank volumes in the place of the declared ones. */
function withShell(userData: string, mounts: readonly string[]): string {
  const [, ...rest] = userData.split("\n");
  const { bootcmd } = JSON.parse(rest.join("\n")) as { bootcmd: [string[]] };
  const [[...tell]] = bootcmd;
  const told = JSON.parse(tell.pop() ?? "") as { environment: Record<string, string> };
  const volumes = mounts.map((mount, index) => `${mount}=${blankVolumeDevice(index)}`);
  if (volumes.length > 0) told.environment["FLEET_VOLUMES"] = volumes.join(" ");
  const start = ["systemd-run", "--no-block", "python3", "-c", shell, String(shellPort)];
  return cloudConfig({ bootcmd: [[...tell, JSON.stringify(told)]], runcmd: [start] });
}
