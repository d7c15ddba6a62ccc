import { equal } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** What the applications' processes get: their modules, and no files written beside them. */
export const pythonEnvironment = {
  PYTHONPATH: ["fleetbox", "catalog", "orders"].map((app) => `${repository}apps/${app}`).join(":"),
  PYTHONDONTWRITEBYTECODE: "1",
  PYTHONUNBUFFERED: "1",
};

/** Runs the Python unit tests in a folder; their report is the message of the failure. */
export async function unittest(folder: string): Promise<void> {
  const { exitCode, all } = await execa("python3", ["-m", "unittest", "discover", "-s", folder], {
    env: pythonEnvironment,
    all: true,
    reject: false,
  });
  equal(exitCode, 0, all);
}
