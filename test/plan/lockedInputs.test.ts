import { equal, notEqual } from "node:assert/strict";
import { inputDigest, readInputs } from "../../plan/inputs.ts";
import { lockFile, lockText, type Lock } from "../../plan/lockFile.ts";
import { Project, recipe } from "./project.ts";

describe("the input digest of a layer in the lock", () => {
  const project = new Project();

  after(() => {
    project.dispose();
  });

  it("holds a layer's own locked packages, in its place and on its machine; no other's, and no index", () => {
    const [a, b] = ["a".repeat(64), "b".repeat(64)] as [string, string];
    const digest = (
      place: string,
      packages: Lock["packages"],
      tools: Record<string, string> = { packer: "1" },
    ) => {
      project.write(lockFile, lockText({ updates: {}, packages }));
      return inputDigest(readInputs(project.root, "web", recipe({}), tools, {}, {}, place), undefined);
    };
    const entry = (version: string, index = a) => ({
      indexes: { mirror: { sha256: index } },
      packages: { "nginx:amd64": { version, sha256: a } },
    });
    project.write("images/packer/locked/finish.sh", "true\n");
    const without = digest("base.web", {});
    equal(digest("base.web", { base: { amd64: entry("1") }, "machine.web": { amd64: entry("1") } }), without);
    equal(digest("base.web", { "base.web": { arm64: entry("1") } }), without);
    notEqual(
      digest("base.web", { "base.web": { arm64: entry("1") } }, { packer: "1", architecture: "arm64" }),
      without,
    );
    const locked = digest("base.web", { "base.web": { amd64: entry("1") } });
    notEqual(locked, without);
    equal(digest("base.web", { base: { amd64: entry("9") }, "base.web": { amd64: entry("1", b) } }), locked);
    notEqual(digest("base.web", { "base.web": { amd64: entry("2") } }), locked);
    project.write("images/packer/locked/finish.sh", "false\n");
    notEqual(digest("base.web", { "base.web": { amd64: entry("1") } }), locked);
    equal(digest("base.web", {}), without);
  });
});
