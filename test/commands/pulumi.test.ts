import { deepEqual, match } from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../config/root.ts";

describe("the project's Pulumi", function () {
  this.timeout(30_000);
  let folder: string;
  const run = (...args: string[]) =>
    execa("node", [path.join(projectRoot, "commands/main.ts"), "pulumi", ...args], {
      env: { PATH: `${folder}:${process.env["PATH"] ?? ""}` },
      reject: false,
    });

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "fleet-pulumi-"));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("is given the line as it is, in the project's folder, and its exit code is the command's", async () => {
    const program = path.join(folder, "pulumi");
    writeFileSync(program, '#!/bin/sh\npwd\nprintf "%s\\n" "$@"\nexit 7\n');
    chmodSync(program, 0o755);
    const { stdout, exitCode } = await run("stack", "ls", "--json", "a b");
    deepEqual([stdout.split("\n"), exitCode], [[projectRoot, "stack", "ls", "--json", "a b"], 7]);
    writeFileSync(program, "#!/bin/sh\nkill -INT $$\n");
    deepEqual((await run("up")).exitCode, 130);
    rmSync(program);
  });

  it("has a help of its own, and is told without a word", async () => {
    match((await run("--help")).stdout, /^usage: \.\/fleet pulumi COMMAND/);
    const { stderr, exitCode } = await run();
    match(stderr, /COMMAND \[ARGUMENT…\]: expected a command of Pulumi's, got none; for example/);
    deepEqual(exitCode, 64);
  });
});
