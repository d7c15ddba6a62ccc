import assert from "node:assert/strict";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../config/root.ts";

/** Where Linux lets root say which process number comes next. */
const lastNumber = "/proc/sys/kernel/ns_last_pid";

describe("the lanes of the tool chain's setup", function () {
  this.timeout(30_000);
  const folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-lanes-"));

  before(() => {
    // What a step of each name does; `renumber` has the next processes numbered like the first lane, which has ended.
    writeFileSync(
      path.join(folder, "setup"),
      `case "$2" in
        quick) ;;
        slow) sleep 1 ;;
        bad) exit 1 ;;
        killed) kill -KILL "$PPID" ;;
        renumber)
          exec 8<> <(:) # to wait without a process of its own
          for _ in {1..20}; do echo "$((FIRST_LANE - 1))" >${lastNumber}; read -rt 0.1 -u 8 || :; done ;;
      esac`,
    );
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("are ready when all their steps are", async () => {
    assert.equal((await runLanes("quick", "slow")).exitCode, 0);
  });

  it("fail when a step fails, or a lane is killed", async () => {
    const failed = await runLanes("quick", "bad");
    assert.equal(failed.exitCode, 1);
    assert.match(failed.stderr, /bad: failed/);
    assert.equal((await runLanes("slow", "killed")).exitCode, 1);
  });

  it("are ready, too, when another process has got the number of one that has ended", async function () {
    try {
      accessSync(lastNumber, constants.W_OK);
    } catch {
      console.log(`      skipped: ${lastNumber}: expected to be writable, by root on Linux`);
      this.skip();
    }
    const { exitCode, stderr } = await runLanes("quick", "renumber");
    assert.equal(exitCode, 0, stderr);
  });

  /** Two lanes with one step each. */
  function runLanes(first: string, second: string) {
    const lib = path.join(projectRoot, "toolchain/lib");
    const steps = [first, second].flatMap((step) => [
      `${step}_ready() { return 1; }`,
      `${step}_title() { echo a step; }`,
    ]);
    const script = [
      "set -euo pipefail; exec 3>&2",
      `. "${lib}/say.sh"; . "${lib}/lanes.sh"`,
      'toolchain=$1 cache=$1; work=$(mktemp -d "$1/work.XXXXXX"); mkdir -p "$cache/logs"',
      ...steps,
      `start_lane ${first}; export FIRST_LANE=\${lanes[0]}; sleep 0.5; start_lane ${second}`,
      "wait_for_lanes",
    ].join("\n");
    return execa("bash", ["-c", script, "lanes", folder], { reject: false });
  }
});
