import { deepEqual } from "node:assert/strict";
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { projectRoot } from "../../../../config/root.ts";
import { npmVersions } from "../../../../images/lock/registry/npmVersions.ts";
import { NpmRegistry } from "../../../registry/npmRegistry.ts";
import { useFolder } from "../../../support/folder.ts";

const locked = {
  "express:npm": { version: "5.1.0" },
  "@acme/leaf:npm": { version: "1.0.0,2.0.0" },
  "express:pypi": { version: "1" },
  "curl:amd64": { version: "7" },
};

describe("npm in the build of a layer that is in the lock", function () {
  this.timeout("60s");
  const folder = useFolder();
  const at = (name: string) => path.join(folder(), name);
  let registry: NpmRegistry;

  before(async () => {
    registry = await NpmRegistry.start();
    copyFileSync(path.join(projectRoot, "images/packer/locked/box/hold_npm.cjs"), at("hold_npm.cjs"));
    const needs = { "@acme/leaf": "^1.0.0" };
    await registry.publish("@acme/leaf", "1.0.0");
    await registry.publish("@acme/leaf", "1.4.0");
    await registry.publish("@acme/leaf", "2.0.0");
    await registry.publish("@acme/leaf", "2.1.0");
    await registry.publish("express", "5.1.0", needs);
    await registry.publish("express", "5.2.0", needs);
    await registry.publish("express", "6.0.0", needs);
    await registry.publish("other", "1.0.0");
  });
  after(() => {
    registry.close();
  });

  /** What npm installs, held to the lock of a layer. */
  async function installed(of: Record<string, { version: string }>, ...args: string[]): Promise<string[]> {
    rmSync(at("made"), { recursive: true, force: true });
    writeFileSync(at("npm.json"), JSON.stringify(npmVersions(of)));
    const own = ["--prefix", at("made"), "--cache", at("cache"), "--no-audit", "--no-fund"];
    const env = { NODE_OPTIONS: `--require=${at("hold_npm.cjs")}`, npm_config_registry: registry.url };
    await execa("npm", ["install", "--global", "--prefer-online", ...own, ...args], { cwd: folder(), env });
    return globSync("made/lib/**/package.json", { cwd: folder() })
      .map((file) => JSON.parse(readFileSync(at(file), "utf8")) as { name: string; version: string })
      .map(({ name, version }) => `${name} ${version}`)
      .sort();
  }

  it("takes the locked versions where newer ones have appeared, of what others need, too", async () => {
    deepEqual(await installed(locked, "express"), ["@acme/leaf 1.0.0", "express 5.1.0"]);
    deepEqual(await installed(locked, "express@^5", "@acme/leaf"), [
      ...["@acme/leaf 1.0.0", "@acme/leaf 2.0.0", "express 5.1.0"],
    ]);
    deepEqual(await installed({}, "express"), ["@acme/leaf 1.4.0", "express 6.0.0"]);
  });

  it("takes what else it is asked for, and what there is in the place of what is gone", async () => {
    deepEqual(await installed(locked, "express@5.2.0"), ["@acme/leaf 1.0.0", "express 5.2.0"]);
    deepEqual(await installed(locked, "express@^6", "other"), [
      ...["@acme/leaf 1.0.0", "express 6.0.0", "other 1.0.0"],
    ]);
    registry.withdraw("@acme/leaf", "1.0.0");
    deepEqual(await installed(locked, "express"), ["@acme/leaf 1.4.0", "express 5.1.0"]);
  });
});
