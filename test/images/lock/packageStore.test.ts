import { deepEqual, equal } from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { projectRoot } from "../../../config/root.ts";
import {
  findPackage,
  keepPackage,
  packageFile,
  priorityBeside,
  storedPath,
} from "../../../images/lock/packageStore.ts";
import { sha256 } from "../../../plan/digest.ts";

describe("the store of package files", () => {
  let folder: string;
  let shared: string;
  const before = process.env["XDG_CACHE_HOME"];
  const content = "a package".repeat(1000);
  const digest = sha256(content);
  let fetched: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "fleet-store-"));
    process.env["XDG_CACHE_HOME"] = path.join(folder, "cache");
    shared = path.join(folder, "shared");
    mkdirSync(shared);
    fetched = path.join(folder, "fetched.deb");
    writeFileSync(fetched, content);
  });
  afterEach(() => {
    if (before === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = before;
    rmSync(folder, { recursive: true, force: true });
  });

  it("has what was put into it, also where other machines find it", async () => {
    equal(await findPackage(digest, shared), undefined);
    equal(keepPackage(fetched, digest, "required", shared), true);
    equal(await findPackage(digest, undefined), storedPath(digest));
    deepEqual(readdirSync(shared), [`${digest}.deb`, `${digest}.deb.priority`]);
    process.env["XDG_CACHE_HOME"] = path.join(folder, "another machine's");
    equal(await findPackage(digest, undefined), undefined);
    equal(await findPackage(digest, shared), storedPath(digest));
    equal(readFileSync(storedPath(digest), "utf8"), content);
    equal(priorityBeside(storedPath(digest)), "required");
    // From then on without the other one.
    equal(await findPackage(digest, undefined), storedPath(digest));
  });

  it("uses no half and no damaged file, of its own or a shared one, and has it whole again once it was fetched", async () => {
    for (const damaged of [content.slice(0, 100), "", content.replace("p", "q")]) {
      keepPackage(fetched, digest, undefined, shared);
      writeFileSync(storedPath(digest), damaged);
      utimesSync(storedPath(digest), 1, 1);
      writeFileSync(packageFile(digest, shared), damaged);
      equal(await findPackage(digest, shared), undefined);
      equal(existsSync(storedPath(digest)), false);
      equal(keepPackage(fetched, digest, undefined, shared), true);
      equal(readFileSync(packageFile(digest, shared), "utf8"), content);
      equal(await findPackage(digest, shared), storedPath(digest));
    }
  });

  it("takes nothing under another's digest, and goes on where the shared one cannot be written", async () => {
    writeFileSync(fetched, "another");
    equal(keepPackage(fetched, digest, undefined, shared), false);
    deepEqual([readdirSync(shared), existsSync(storedPath(digest))], [[], false]);
    writeFileSync(fetched, content);
    writeFileSync(path.join(folder, "no folder"), "");
    equal(keepPackage(fetched, digest, undefined, path.join(folder, "no folder")), true);
    equal(await findPackage(digest, undefined), storedPath(digest));
  });

  it("has a file whole or not at all, whenever who puts it is killed", async () => {
    const large = Buffer.alloc(48 * 2 ** 20, 7);
    const name = sha256(large);
    writeFileSync(fetched, large);
    const module = path.join(projectRoot, "images/lock/packageStore.ts");
    const script = `import { keepPackage } from ${JSON.stringify(module)};
      process.stdout.write("now");
      keepPackage(${JSON.stringify(fetched)}, "${name}", undefined, ${JSON.stringify(shared)});`;
    for (const milliseconds of [0, 5, 15, 30, 60, 120]) {
      const child = execFile(process.execPath, ["--input-type=module-typescript", "--eval", script]);
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await new Promise((resolve) => child.stdout?.once("data", resolve));
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      child.kill("SIGKILL");
      await ended;
      for (const file of [storedPath(name), packageFile(name, shared)])
        if (existsSync(file)) equal(sha256(readFileSync(file)), name);
      rmSync(storedPath(name), { force: true });
      rmSync(packageFile(name, shared), { force: true });
    }
    equal(keepPackage(fetched, name, undefined, shared), true);
    equal(await findPackage(name, shared), storedPath(name));
  });
});
