import { appendFileSync } from "node:fs";
import * as path from "node:path";
import { performance } from "node:perf_hooks";
import type { Context, RootHookObject, Suite } from "mocha";
import { projectRoot } from "../config/root.ts";
import { profileVariable, type FileTime } from "./support/profile.ts";
import { restoreVariables } from "./support/variables.ts";

let original: NodeJS.ProcessEnv;
let began = 0;

/**
 * Gives each test file the environment that mocha was started with: a worker runs several files. Tells how long the file took,
 * where that is asked.
 */
export const mochaHooks: RootHookObject = {
  beforeAll() {
    original = { ...process.env };
    began = performance.now();
  },
  afterAll(this: Context) {
    const profile = original[profileVariable];
    const file = fileOf(this.runnable().parent);
    if (profile !== undefined && file !== undefined) {
      const seconds = (performance.now() - began) / 1000;
      const time: FileTime = { file: path.relative(projectRoot, file), seconds };
      appendFileSync(profile, `${JSON.stringify(time)}\n`);
    }
    restoreVariables(original);
  },
};

/** The file of the first suite of a root suite. */
function fileOf(root: Suite | undefined): string | undefined {
  return root?.suites[0]?.file;
}
