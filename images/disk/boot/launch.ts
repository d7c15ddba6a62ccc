import { accessSync, constants } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { startGuest, type Guest } from "./guest.ts";
import type { Accelerator, VirtualMachine } from "./qemu.ts";

/** Under KVM the firmware speaks within 2 s. */
const kvmSpeaksSeconds = 15;

/**
 * Starts a machine with KVM where it works, else emulated. That /dev/kvm can be opened says little: under some hypervisors
 * QEMU then dies setting a register, gives the guest up, or the guest stands still; so a machine that stays silent is started
 * again, emulated.
 */
export async function launch(machine: VirtualMachine, consoleLog: string): Promise<Guest> {
  for (const accelerator of accelerators()) {
    const guest = startGuest({ ...machine, accelerator }, consoleLog);
    if (accelerator === "tcg" || (await speaks(guest))) return guest;
    guest.kill();
    await guest.exited;
  }
  throw new Error("unreachable: emulation is always tried");
}

function accelerators(): Accelerator[] {
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
    return ["kvm", "tcg"];
  } catch {
    return ["tcg"];
  }
}

async function speaks(guest: Guest): Promise<boolean> {
  const spoke = guest.spoke.then(() => true);
  const gone = Promise.race([guest.exited, guest.givenUp]).then(() => false);
  return Promise.race([spoke, gone, sleep(kvmSpeaksSeconds * 1000, false, { ref: false })]);
}
