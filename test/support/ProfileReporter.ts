import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import mocha from "mocha";
import { profileText, profileVariable, type FileTime } from "./profile.ts";

const { EVENT_RUN_END } = mocha.Runner.constants;

/** Mocha's Spec, and after it how long each file took with all its hooks, slowest first. */
export default class ProfileReporter extends mocha.reporters.Spec {
  constructor(runner: mocha.Runner, options?: mocha.MochaOptions) {
    super(runner, options);
    const folder = mkdtempSync(path.join(tmpdir(), "fleet-test-profile-"));
    const file = path.join(folder, "files");
    // Workers are started after this, and have it in their environment.
    process.env[profileVariable] = file;
    runner.once(EVENT_RUN_END, () => {
      process.stdout.write(profileText(readTimes(file)));
      rmSync(folder, { recursive: true });
    });
  }
}

function readTimes(file: string): FileTime[] {
  try {
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line) as FileTime);
  } catch {
    // No file of tests has begun.
    return [];
  }
}
