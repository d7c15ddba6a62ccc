import { cpSync, existsSync, lstatSync, readFileSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { execa } from "execa";
import { backendUrl } from "../../config/backend.ts";
import { projectRoot } from "../../config/root.ts";
import { gitNow } from "../../work/git.ts";
import { interruptionSignal } from "../../work/interruption.ts";
import type { PreviewReport } from "../preview/report.ts";
import type { MigratedFiles } from "./migrations/migrate.ts";

/** A folder with a version of the project, whose own programs are run there on the states of the clone. */
export class Trial {
  readonly #folder: string;
  readonly #environment: Record<string, string>;

  constructor(folder: string, clone: string) {
    this.#folder = folder;
    this.#environment = statesOf(clone);
  }

  /** Has the version take the project's configuration on. @returns what it told; undefined where it knows nothing of it. */
  async migrate(base: string): Promise<MigrationsTold | undefined> {
    const program = "operations/upgrade/migrations/main.ts";
    if (!existsSync(path.join(this.#folder, program))) return undefined;
    const node = path.join(this.#folder, "node_modules/.bin/node");
    // A command that needs nothing else has the packages installed, Node among them.
    if (!existsSync(node)) await this.#run(["commands/main.ts", "help"]);
    return JSON.parse(await this.#printed(node, [program, base])) as MigrationsTold;
  }

  /** Names of the stacks that have been up. */
  async stacks(): Promise<string[]> {
    const asked = ["stack", "ls", "--json", "--non-interactive"];
    const has = existsSync(path.join(this.#folder, "commands/pulumi.ts"));
    const program = has ? ["commands/main.ts", "pulumi"] : ["--exec", "pulumi"];
    const listed = await this.#run([...program, ...asked]);
    const names = (JSON.parse(listed) as { name: string }[]).map(
      ({ name }) => name.split("/").at(-1) ?? name,
    );
    return names.filter((name) => existsSync(path.join(this.#folder, `Pulumi.${name}.yaml`))).sort();
  }

  /** What an update of a stack would do. @throws Error where it does not tell. */
  async preview(stack: string): Promise<PreviewReport> {
    const program = ["commands/main.ts", "preview"];
    // Before commands had a folder of their own.
    const former = ["operations/preview.ts"];
    const called = existsSync(path.join(this.#folder, "commands")) ? program : former;
    return JSON.parse(await this.#run([...called, "--stack", stack, "--format", "json"])) as PreviewReport;
  }

  /** What a program of the version prints, by its own tool chain, which says itself what it sets up. */
  #run(args: readonly string[]): Promise<string> {
    return this.#printed(path.join(this.#folder, "toolchain/run"), args);
  }

  async #printed(program: string, args: readonly string[]): Promise<string> {
    const { stdout } = await execa(program, args, {
      ...{ cwd: this.#folder, env: this.#environment, stdin: "ignore", stderr: ["inherit", "pipe"] },
      ...{ cancelSignal: interruptionSignal, maxBuffer: 1 << 30 },
    });
    return stdout;
  }
}

/** What migrations have told of their work. */
export interface MigrationsTold extends Pick<MigratedFiles, "told"> {
  files: string[];
}

/**
 * The packages of Node for a trial: those of the clone, where both versions want the same; else its tool chain installs others there.
 */
export function sharePackages(clone: string, folder: string): void {
  const there = path.join(clone, "node_modules");
  if (!existsSync(there) || !isDeepStrictEqual(packagesOf(clone), packagesOf(folder))) return;
  symlinkSync(there, path.join(folder, "node_modules"));
}

/** What commands make anew, or keep in the clone alone, and what programs are installed in. */
const notShared =
  /(^|\/)(node_modules|\.?venv|\.pulumi-state|\.cache|logs|compose|\.schemas|__pycache__|.*\.partial)\/?$/;
/** No key or certificate is larger. */
const largestByte = 1 << 20;

/** Has a folder know what Git ignores in the clone and a preview may read, such as certificates. */
export function shareIgnored(clone: string, folder: string): void {
  const listed = ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"];
  const isShared = (source: string) => {
    const { size, isDirectory } = factsOf(source);
    return !notShared.test(source) && (isDirectory || size <= largestByte);
  };
  for (const name of gitNow(clone, listed, { whole: true }).split("\0")) {
    if (name === "" || notShared.test(name) || existsSync(path.join(folder, name))) continue;
    const options = { recursive: true, verbatimSymlinks: true, filter: isShared };
    cpSync(path.join(clone, name), path.join(folder, name), options);
  }
}

function factsOf(file: string): { size: number; isDirectory: boolean } {
  const facts = lstatSync(file);
  return { size: facts.size, isDirectory: facts.isDirectory() };
}

/** Of package-lock.json, without what the project says of itself. */
function packagesOf(root: string): unknown {
  const file = path.join(root, "package-lock.json");
  if (!existsSync(file)) return undefined;
  const { packages } = JSON.parse(readFileSync(file, "utf8")) as { packages?: Record<string, unknown> };
  return { ...packages, "": undefined };
}

/** Where a clone's states are, and by what they are read: for programs of another folder, whose own tool chain would take its own. */
function statesOf(clone: string): Record<string, string> {
  const chosen = process.env["PULUMI_BACKEND_URL"];
  const isOwn = chosen === undefined || chosen.startsWith(ownStates(projectRoot));
  const written = backendUrl(clone, { PULUMI_CREDENTIALS_PATH: "/nowhere" });
  if (written !== "") return { PULUMI_BACKEND_URL: written };
  // What the user has chosen is for all clones.
  if (!isOwn || path.resolve(clone) === projectRoot) return {};
  const passphrase = path.join(clone, ".pulumi-passphrase");
  return {
    PULUMI_BACKEND_URL: `${ownStates(clone)}?metadata=skip`,
    ...(existsSync(passphrase) && { PULUMI_CONFIG_PASSPHRASE_FILE: passphrase }),
  };
}

function ownStates(clone: string): string {
  return `file://${encodeURI(path.join(clone, ".pulumi-state")).replaceAll("#", "%23").replaceAll("?", "%3F")}`;
}
