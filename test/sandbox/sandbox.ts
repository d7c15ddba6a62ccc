import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { parse, stringify } from "yaml";
import { projectRoot } from "../../config/root.ts";
import { cacheFolder } from "../../work/cache.ts";
import { engineYaml } from "../../work/yamlText.ts";
import { keptOutputs } from "./state.ts";

/** A program of the sandbox: a promise of its output and exit code; it never throws for the latter. */
export type Run = ReturnType<typeof launch>;

function launch(
  folder: string,
  env: Record<string, string>,
  detached: boolean,
  program: string,
  args: string[],
) {
  return execa(program, args, { cwd: folder, env, detached, all: true, reject: false, stdin: "ignore" });
}

/** A copy of the project with a state of its own, in which the real engine runs; tests change its files at will. */
export interface Sandbox {
  readonly folder: string;
  /** Port of the edge on 127.0.0.1. */
  readonly port: number;
  /** The environment that its programs run in, beside the one of the tool chain. */
  readonly environment: Record<string, string>;
  /** Runs a script of operations/ (or any TypeScript file of the project) with arguments. */
  run(script: string, ...args: string[]): Run;
  /** Starts a script and returns at once, for tests that kill it. */
  start(script: string, ...args: string[]): Run;
  /** Changes a YAML file: the function changes the parsed document in place. */
  edit(file: string, change: (document: never) => void): void;
  /** Replaces text in a file. @throws Error when the text is not there. */
  replace(file: string, text: string | RegExp, by: string): void;
  /** Runs `pulumi` itself on the sandbox. */
  pulumi(...args: string[]): Run;
  /** The outputs of `dev`. */
  outputs(): Record<string, unknown>;
  /** Destroys all that the stacks run, data too, and removes the folder. */
  dispose(): Promise<void>;
}

/** A fresh copy of the files that git knows (or would add), its stack `dev` on a free port. */
export async function createSandbox(name: string): Promise<Sandbox> {
  const folder = mkdtempSync(path.join(tmpdir(), `immutable-fleets-${name}-`));
  await copyProject(folder);
  const port = await freePort();
  const env = {
    PULUMI_BACKEND_URL: `file://${folder}/.state?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "sandbox",
    PULUMI_CONFIG_PASSPHRASE_FILE: "",
    NO_COLOR: "1",
    // Entries are by path, relative to the cache: what one sandbox has compiled is there for the next one.
    NODE_COMPILE_CACHE: path.join(folder, ".cache/node"),
    NODE_COMPILE_CACHE_PORTABLE: "1",
  };
  mkdirSync(path.join(folder, ".state"));
  mkdirSync(env.NODE_COMPILE_CACHE, { recursive: true });
  await copyNewer(cacheFolder("test-code"), env.NODE_COMPILE_CACHE);
  const sandbox: Sandbox = {
    folder,
    port,
    environment: env,
    run: (script, ...args) => launch(folder, env, false, "node", [script, ...args]),
    start: (script, ...args) => launch(folder, env, true, "node", [script, ...args]),
    pulumi: (...args) => launch(folder, env, false, "pulumi", [...args, "--non-interactive"]),
    edit: (file, change) => {
      const document = parse(readFileSync(path.join(folder, file), "utf8")) as never;
      change(document);
      writeFileSync(path.join(folder, file), engineYaml(stringify(document)));
    },
    replace: (file, text, by) => {
      const before = readFileSync(path.join(folder, file), "utf8");
      const after = before.replace(text, by);
      if (after === before)
        throw new Error(`${file}: expected ${String(text)}, got a file without it; correct the test`);
      writeFileSync(path.join(folder, file), after);
    },
    outputs: () => keptOutputs({ folder }),
    dispose: async () => {
      await sandbox.pulumi("state", "unprotect", "--all", "--yes", "--stack", "dev");
      const destroyed = await sandbox.pulumi("destroy", "--yes", "--stack", "dev");
      if (destroyed.failed)
        throw new Error(`the sandbox ${folder} could not be destroyed:\n${destroyed.all}`);
      await copyNewer(env.NODE_COMPILE_CACHE, cacheFolder("test-code"));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  sandbox.edit("Pulumi.dev.yaml", (document: StackFile) => {
    delete document.encryptionsalt;
    const environment = document.config["immutable-fleets:environment"];
    if (environment) environment.edge.port = port;
  });
  return sandbox;
}

interface StackFile {
  encryptionsalt?: string;
  config: Record<string, { edge: { port: number } }>;
}

/** Copies the files of a folder to another one, where it has none or older ones. */
async function copyNewer(from: string, to: string): Promise<void> {
  await execa("cp", ["--archive", "--update", `${from}/.`, to]);
}

async function copyProject(folder: string): Promise<void> {
  const listing = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const { stdout } = await execa("git", listing, { cwd: projectRoot });
  const needed =
    /^(apps|commands|config|engine|fleets|images|operations|plan|playbooks|policy|releases|toolchain|work|index\.ts|package\.json|tsconfig\.json|Pulumi)/;
  for (const file of new Set(
    stdout.split("\0").filter((each) => needed.test(each) && existsSync(path.join(projectRoot, each))),
  )) {
    cpSync(path.join(projectRoot, file), path.join(folder, file), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
  symlinkSync(path.join(projectRoot, "node_modules"), path.join(folder, "node_modules"));
  for (const file of globSync("Pulumi.*.yaml", { cwd: folder })) writtenByPulumi(path.join(folder, file));
}

/** Keys have the project's name before them, as once Pulumi has written a file: tests change it there. */
function writtenByPulumi(file: string): void {
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace(/^ {2}environment:/m, "  immutable-fleets:environment:"),
  );
}

/** A port of 127.0.0.1 that nothing listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
  });
}
