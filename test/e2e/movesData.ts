import * as assert from "node:assert/strict";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import type { Engine } from "../../engine/engine.ts";
import type { Move } from "../../plan/data/move.ts";
import type { TestEngine } from "../sandbox/engine.ts";
import { docker } from "./postgres.ts";

const rows = 20_000;
const volume = "fleet-test-moved-data";
const there = `far.${volume}`;

/** What the accessory of these cases wrote: rows, a link, a sparse file, another owner's, and enough bytes to be killed among. */
const fill = `seq 1 ${rows} > /data/rows; ln /data/rows /data/linked; ln -s rows /data/soft
mkdir -m 0700 "/data/a b"; touch "/data/a b/x"; chown -R 123:456 "/data/a b"; truncate --size 1M /data/sparse
chmod 4711 /data/soft; head -c 268435456 /dev/urandom > /data/much`;

/** The cases of data that goes from this machine's engine to another machine's. @param far its image is on this one, and has a shell and tar. */
export function movesData(far: () => { there: TestEngine; engine: Engine; image: string }): void {
  describe("has an accessory's data moved to it", () => {
    let box: string;
    let move: Move;

    before(async () => {
      const { image, engine } = far();
      await docker("volume", "create", volume);
      await docker("run", "--rm", "--volume", `${volume}:/data`, "--entrypoint", "sh", image, "-c", fill);
      const run = ["run", "--detach", "--label", "immutable-fleets.box=moved", "--restart", "always"];
      const entry = ["--volume", `${volume}:/data`, "--entrypoint", "sleep", "--init", image, "3600"];
      box = await docker(...run, ...entry);
      const data = {
        urn: "",
        kind: "accessory",
        name: volume,
        volume,
        provider: "",
        inputs: {},
        protect: true,
      };
      move = {
        ...{ accessory: "moved", data, from: "here" },
        to: engine,
        name: there,
        volume: there,
      } as Move;
    });

    after(async () => {
      await execa("docker", ["rm", "--force", box], { reject: false });
      await execa("docker", ["volume", "rm", volume], { reject: false });
    });

    it("and serves again as it did, where that fails", async () => {
      const { exitCode, stderr } = await moving("the state was changed");
      assert.equal(exitCode, 1, stderr);
      assert.match(stderr, /^moved: stopped; it is away until npm run up$/m);
      assert.match(stderr, /^moved: it serves again where it was$/m);
      assert.match(stderr, /the state was changed/);
      assert.equal(await stateOf(), "true always");
    });

    for (const signal of ["SIGINT", "SIGTERM"] as const)
      it(`and where it is interrupted by ${signal}`, async () => {
        const interrupted = moving();
        await until(isCopying);
        // Ctrl-C reaches all that it has started, SIGTERM it alone.
        process.kill(signal === "SIGINT" ? -(interrupted.pid ?? 0) : (interrupted.pid ?? 0), signal);
        const { exitCode, stdout, stderr } = await interrupted;
        assert.deepEqual([exitCode, stdout], [signal === "SIGINT" ? 130 : 143, ""], stderr);
        assert.match(stderr, /^Interrupted: /m);
        assert.match(stderr, /^moved: it serves again where it was$/m);
        assert.match(stderr, /^expected to go on to the end, got interrupted; run it again$/m);
        assert.doesNotMatch(stderr, /^ +at /m);
        assert.equal(await stateOf(), "true always");
      });

    it("and when that was killed: all of it, by the same command again", async () => {
      const killed = moving();
      await until(isCopying);
      killed.kill("SIGKILL");
      await killed;
      assert.match(await far().there.docker("volume", "ls", "--quiet"), /-unfinished$/m);
      const { exitCode, stdout, stderr } = await moving();
      assert.equal(exitCode, 0, stderr);
      assert.equal(await countedIn(docker), `${rows} 123:456`);
      assert.equal(await countedIn((...args) => far().there.docker(...args)), `${rows} 123:456`);
      assert.ok((JSON.parse(stdout) as { bytes: number }).bytes > 2 ** 28);
      assert.equal(await stateOf(), "false no");
      assert.equal(await far().there.docker("ps", "--all", "--quiet", "--filter", `volume=${there}`), "");
      assert.doesNotMatch(await far().there.docker("volume", "ls", "--quiet"), /-unfinished$/m);
    });

    it("and never on top of what an earlier move has brought", async () => {
      const { exitCode, stderr } = await moving();
      assert.equal(exitCode, 1, stderr);
      assert.match(stderr, /moved: expected no volume far\.fleet-test-moved-data there, got one with data/);
      assert.equal(await countedIn((...args) => far().there.docker(...args)), `${rows} 123:456`);
    });

    function moving(fails?: string) {
      const program = path.join(import.meta.dirname, "moving.ts");
      const input = JSON.stringify({ move, fails });
      return execa("node", [program], { input, reject: false, detached: true });
    }

    async function isCopying(): Promise<boolean> {
      return (await far().there.docker("ps", "--quiet", "--filter", `volume=${there}`)) !== "";
    }

    function stateOf(): Promise<string> {
      return docker("inspect", "--format", "{{.State.Running}} {{.HostConfig.RestartPolicy.Name}}", box);
    }

    /** The rows that a volume has, and whose a file of it is. */
    function countedIn(run: (...args: string[]) => Promise<string>): Promise<string> {
      const name = run === docker ? volume : there;
      const script = `echo "$(wc -l < /data/linked) $(stat -c %u:%g '/data/a b/x')"`;
      const args = ["run", "--rm", "--volume", `${name}:/data:ro`, "--entrypoint", "sh", far().image];
      return run(...args, "-c", script);
    }
  });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error("expected it within 60 s, got nothing");
    await sleep(50);
  }
}
