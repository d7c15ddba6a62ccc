import { deepEqual, equal, notEqual } from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, linkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { archiveArguments, digestArguments, extractArguments } from "../../../operations/move/archive.ts";
import { sha256 } from "../../../plan/digest.ts";

const step = { image: "sha256:1", volume: "database-data-1a2b3c4", label: "key=value" };

/** What would run in the container, on a folder of this machine in the volume's place. */
function inFolder(args: readonly string[], folder: string): [string, string[]] {
  const entry = args.indexOf("--entrypoint");
  const program = args[entry + 1] ?? "";
  return [program, args.slice(entry + 3).map((each) => (each === "/data" ? folder : each))];
}

describe("the archive of a volume that moves", () => {
  let folder: string;
  const at = (name: string) => path.join(folder, name);
  const run = (args: readonly string[], place: string, input?: Buffer) =>
    execa(...inFolder(args, at(place)), { encoding: "buffer", reject: false, ...(input && { input }) });

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "fleet-test-archive-"));
    for (const place of ["from", "to"]) mkdirSync(at(place));
    writeFileSync(at("from/rows"), "1\n2\n", { mode: 0o640 });
    linkSync(at("from/rows"), at("from/linked"));
    symlinkSync("rows", at("from/soft link"));
    mkdirSync(at("from/deep/er"), { recursive: true, mode: 0o700 });
    utimesSync(at("from/rows"), 1.25, 2.123456);
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("is read from a volume that is mounted for reading alone, and never into the engine's log", () => {
    for (const args of [archiveArguments(step), digestArguments(step)]) {
      deepEqual(
        args.filter((each) => each.includes("1a2b3c4")),
        ["database-data-1a2b3c4:/data:ro"],
      );
      equal(args[args.indexOf("--log-driver") + 1], "none");
    }
  });

  it("has the same digest where it was read and where it was written", async () => {
    const { stdout } = await run(archiveArguments(step), "from");
    const written = await run(extractArguments(step), "to", Buffer.from(stdout));
    equal(written.exitCode, 0, Buffer.from(written.stderr).toString());
    for (const place of ["from", "to"]) equal(await digestOf(place), sha256(Buffer.from(stdout)));
  });

  it("has another digest where a byte or a time differs", async () => {
    const whole = await digestOf("to");
    utimesSync(at("to/rows"), 1.25, 3);
    notEqual(await digestOf("to"), whole);
    utimesSync(at("to/rows"), 1.25, 2.123456);
    equal(await digestOf("to"), whole);
    writeFileSync(at("to/rows"), "1\n3\n");
    utimesSync(at("to/rows"), 1.25, 2.123456);
    notEqual(await digestOf("to"), whole);
  });

  it("has none where it could not be read", async () => {
    const { exitCode } = await run(digestArguments(step), "nowhere");
    notEqual(exitCode, 0);
  });

  async function digestOf(place: string): Promise<string> {
    const { stdout, stderr, exitCode } = await run(digestArguments(step), place);
    equal(exitCode, 0, Buffer.from(stderr).toString());
    return Buffer.from(stdout).toString().split(" ")[0] ?? "";
  }
});
