import { deepEqual, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "../../config/root.ts";

const read = (file: string) => readFileSync(path.join(projectRoot, "toolchain", file), "utf8");

describe("the packages of Ansible's environment", () => {
  const pinned = read("ansible/constraints.txt").split(/\n(?=\S)/).filter((each) => !each.startsWith("#"));

  it("each have the digests of their files, without which pip takes none", () => {
    ok(pinned.length > 30);
    for (const each of pinned) ok(/^\S+==\S+ .*\n?.*--hash=sha256:[0-9a-f]{64}/.test(each), each.slice(0, 80));
    ok(/pip" install .*\\\n\s+--require-hashes -r .*constraints\.txt/.test(read("steps/ansible.sh")));
  });

  it("are in the versions that are required", () => {
    const versions = pinned.map((each) => each.split(" ")[0]);
    const wanted = read("ansible/requirements.txt").split("\n").filter((line) => line.includes("=="));
    deepEqual(wanted.filter((each) => !versions.includes(each)), []);
  });
});
