import { execa } from "execa";
import { strict as assert } from "node:assert";
import { readFile, truncate } from "node:fs/promises";
import { Account, REGION } from "./fixture/account.ts";
import { BLOCK } from "./fixture/disks.ts";

const GIB = 1024 ** 3;
const GOAL_MIB = 256;
const LARGE_GIB = 4;
/** Blocks of data: more than twice as many as are under way at a time. */
const DATA_BLOCKS = 160;

describe("main.ts, memory", function () {
  this.timeout("5m");
  const account = Account.use();

  /** Largest resident memory of one run in MiB, as Linux counts it (VmHWM), read while it waits for its last request. */
  const peakMiB = async (disk: { disk: string; diskDigest: string }): Promise<number> => {
    const request = {
      name: "t",
      region: REGION,
      endpoint: account.proxy.endpoint,
      disks: [disk],
      stateFolder: `${account.disks.path}/s`,
    };
    const child = execa("node", ["images/publish/main.ts", JSON.stringify(request)], {
      env: account.emulator.environment,
    });
    let peak = 0;
    account.proxy.fault = ({ operation }) => {
      if (operation === "CompleteSnapshot")
        void readFile(`/proc/${child.pid ?? 0}/status`, "utf8").then((text) => {
          peak = Number(/VmHWM:\s+(\d+)/u.exec(text)?.[1]) / 1024;
        });
      return undefined;
    };
    await child;
    assert.ok(peak > 0, "no measurement");
    return peak;
  };

  it(`stays below ${GOAL_MIB} MiB with 64 requests under way, whatever the disk's size`, async function () {
    const data = Object.fromEntries(
      Array.from({ length: DATA_BLOCKS }, (_, index) => [index, "random" as const]),
    );
    const small = await account.disks.make("small", DATA_BLOCKS * BLOCK, data);
    const smallMiB = await peakMiB(small);
    await truncate(small.disk, LARGE_GIB * GIB);
    const large = { ...small, diskDigest: `sha256:${"0".repeat(64)}` };
    const largeMiB = await peakMiB(large);
    console.log(
      `      80 MiB of data: ${smallMiB.toFixed(0)} MiB; the same on a disk of ${LARGE_GIB} GiB: ${largeMiB.toFixed(0)} MiB`,
    );
    assert.ok(smallMiB < GOAL_MIB && largeMiB < GOAL_MIB, `${smallMiB} and ${largeMiB} MiB`);
  });
});
