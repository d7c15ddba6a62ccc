import { existsSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import type { VaultSource } from "../../config/play.ts";

/**
 * The file or program that ansible-playbook is given as `--vault-password-file`. The password itself is written nowhere: a
 * program in the work folder runs the command, or prints the variable of its own environment.
 * @throws Error when there is nothing that could have the password.
 */
export function vaultPasswordFile(
  vault: VaultSource | undefined,
  layer: string,
  root: string,
  work: string,
): string | undefined {
  if (!vault) return undefined;
  const { file, command, environment } = vault;
  const at = `layers.${layer}.vault`;
  if (file !== undefined) {
    const full = file.startsWith("~/") ? path.join(homedir(), file.slice(2)) : path.resolve(root, file);
    if (!existsSync(full))
      throw new Error(`${at}.file: expected the file with the password, got none at ${file}; create it`);
    return full;
  }
  if (environment !== undefined && process.env[environment] === undefined)
    throw new Error(
      `${at}.environment: expected the password in the variable ${environment}, got nothing; set it for this command`,
    );
  return written(path.join(work, "vault-password.cjs"), passwordProgram(command, environment, root));
}

/** The text of a program that prints the password. */
function passwordProgram(
  command: string[] | undefined,
  environment: string | undefined,
  root: string,
): string {
  const first = `#!${process.execPath}\n`;
  if (!command) return `${first}process.stdout.write(process.env[${JSON.stringify(environment)}] ?? "");\n`;
  const [program, ...args] = command;
  return `${first}const { spawnSync } = require("node:child_process");
const { status, error } = spawnSync(${JSON.stringify(program)}, ${JSON.stringify(args)}, {
  cwd: ${JSON.stringify(root)},
  stdio: ["ignore", "inherit", "inherit"],
});
if (error) process.stderr.write(String(error) + "\\n");
process.exit(status ?? 1);
`;
}

function written(file: string, text: string): string {
  writeFileSync(file, text, { mode: 0o700 });
  return file;
}
