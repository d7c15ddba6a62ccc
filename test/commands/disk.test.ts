import { deepEqual, equal } from "node:assert/strict";
import * as path from "node:path";
import { execa } from "execa";
import boot from "../../commands/disk/boot.ts";
import build from "../../commands/disk/build.ts";
import { readLine } from "../../commands/line/read.ts";
import { projectRoot } from "../../config/root.ts";

describe("single steps on disks", () => {
  it("read what may be given several times, numbers, and pairs", () => {
    const line = ["--layer=a", "--layer=b", "--output=o", "--digest=d", "--volume=/data=LABEL=data"];
    const { values, problems } = readLine(build, line);
    deepEqual(problems, []);
    deepEqual(
      [values["layer"], values["volume"], values["size-mib"]],
      [["a", "b"], { "/data": "LABEL=data" }, 2048],
    );
    const { values: read } = readLine(boot, ["--disk=f", "--digest=d", "--health=8080/health?x=1"]);
    deepEqual(read["health"], [{ port: 8080, path: "/health?x=1" }]);
  });

  it("tell all that is wrong at once", () => {
    const { problems } = readLine(build, ["--size-mib=big", "--volume=/data"]);
    deepEqual(problems, [
      "--layer: expected a value, got none; add it",
      "--size-mib: expected a whole number, got big; correct it",
      "--output: expected a value, got none; add it",
      "--digest: expected a value, got none; add it",
      "--volume: expected PATH=DEVICE, got /data; write it as /data=/dev/sdf",
    ]);
    deepEqual(readLine(boot, ["--disk=f", "--digest=d", "--health=/health"]).problems, [
      "--health: expected PORT/PATH, got /health; write it as 8080/health",
    ]);
  });

  it("are a program with a help, and 64 for a wrong line", async function () {
    this.timeout("30s");
    const run = (...args: string[]) =>
      execa(process.execPath, [path.join(projectRoot, "commands/disk.ts"), ...args], { reject: false });
    const help = await run("help");
    equal(help.exitCode, 0, help.stderr);
    deepEqual(
      help.stdout.match(/^ {2}\w+/gm)?.map((name) => name.trim()),
      [...["build", "apply", "convert", "boot", "blocks", "help"]],
    );
    const wrong = await run("bild");
    equal(wrong.exitCode, 64);
    equal(
      wrong.stderr,
      "bild: expected a command, got another word; did you mean build?; node commands/disk.ts help lists them",
    );
  });
});
