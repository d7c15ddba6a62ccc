import { equal } from "node:assert/strict";
import { execa } from "execa";
import { projectRoot } from "../config/root.ts";

const sources = [
  "index.ts",
  "commands",
  "operations",
  "fleets",
  "images",
  "plan",
  "engine",
  "config",
  "work",
];

describe("the house", () => {
  it("has no circles, of files or of folders, and no arrow that goes up", async function () {
    this.timeout(60_000);
    const options = ["--config", ".dependency-cruiser.mjs", "--output-type", "err"];
    const { exitCode, all } = await execa("depcruise", [...options, ...sources, "policy", "bench", "test"], {
      cwd: projectRoot,
      all: true,
      reject: false,
      preferLocal: true,
    });
    equal(exitCode, 0, all);
  });
});
