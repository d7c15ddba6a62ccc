import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import fc from "fast-check";
import { encodedPrefix } from "../../../../config/encodedPrefix.ts";
import { projectRoot } from "../../../../config/root.ts";

const program = path.join(import.meta.dirname, "first_boot.py");
const modules = path.join(projectRoot, "playbooks/roles/settings/files");

/** What a box is told by user data: cloud-init's part is played, the box's own programs run. */
export async function firstBoot(userData: string): Promise<Record<string, string>> {
  const folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-first-boot-"));
  try {
    const file = path.join(folder, "user-data");
    writeFileSync(file, userData);
    const { stdout } = await execa("python3", [program, file, modules]);
    return JSON.parse(stdout) as Record<string, string>;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The settings in a file, as the box's own programs read them. */
export async function readSettings(file: string): Promise<Record<string, string>> {
  const reading =
    "import json, sys, pathlib, fleet_settings as f; print(json.dumps(f.read(pathlib.Path(sys.argv[1]))))";
  const env = { PYTHONPATH: modules, PYTHONDONTWRITEBYTECODE: "1" };
  return JSON.parse((await execa("python3", ["-c", reading, file], { env })).stdout) as Record<
    string,
    string
  >;
}

/** Whether there is what plays cloud-init. */
export async function playsCloudInit(): Promise<boolean> {
  return (await execa("python3", ["-c", "import yaml"], { reject: false })).exitCode === 0;
}

const pieces = [
  ...[
    "\n",
    "\r\n",
    "\r",
    "\t",
    "FLEET_VOLUMES=/etc=/dev/sda",
    "FLEET_IMAGE_DIGEST=sha256:evil",
    "END",
    "EOF",
  ],
  ...[
    '"',
    "'",
    "\\",
    "$",
    "${HOME}",
    "$(reboot)",
    "`reboot`",
    "%n",
    "%%",
    "#",
    ";",
    ":",
    "- ",
    "{{ 1 }}",
    "{% if %}",
    "{# x #}",
    "$$",
    "fleet-base64",
    "=",
    " ",
    "  ",
  ],
  ...[
    "\u007f",
    "\u0085",
    "\u009f",
    "\u00a0",
    "\u2028",
    "\u2029",
    "\ufeff",
    "ü",
    "🚀",
    "\u001b[0m",
    "\u0001",
    "&a",
    "*a",
    "!!x",
    "|",
  ],
];
const notInAnyEnvironment = /\0|\p{Surrogate}|\p{Noncharacter_Code_Point}/u;

/** Values that an environment can have, hostile ones above all. */
export const hostileValue: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: "binary" })), { maxLength: 8 })
  .map((found) => found.join(""))
  // The configuration refuses what boxes would decode.
  .filter((value) => !notInAnyEnvironment.test(value) && !value.startsWith(encodedPrefix));

/** Environments with such values. */
export const hostileEnvironment: fc.Arbitrary<Record<string, string>> = fc
  .array(hostileValue, { minLength: 1, maxLength: 40 })
  .map((values) => Object.fromEntries(values.map((value, index) => [`VALUE_${index}`, value])));
