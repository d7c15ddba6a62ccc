import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { owner } from "../../../config/owner.ts";
import { storedOrders } from "../../e2e/postgres.ts";
import { TestEngine, type Machine } from "../../sandbox/engine.ts";
import { createSandbox, type Sandbox } from "../../sandbox/sandbox.ts";
import { partOf, type Part } from "./part.ts";

const port = 8080;

/** The sample, with its accessory, on an engine of its own, which may be killed as well. */
export class FarSystem {
  readonly sandbox: Sandbox;
  readonly engine: TestEngine<Machine>;

  private constructor(sandbox: Sandbox, engine: TestEngine<Machine>) {
    this.sandbox = sandbox;
    this.engine = engine;
  }

  /** @param prepare changes the sandbox before anything is built. */
  static async create(prepare: (sandbox: Sandbox) => void = () => undefined): Promise<FarSystem> {
    const sandbox = await createSandbox("far-faults");
    let machine: Machine | undefined;
    let engine: TestEngine<Machine> | undefined;
    try {
      prepare(sandbox);
      sandbox.edit("Pulumi.dev.yaml", (document: StackFile) => {
        document.config["immutable-fleets:environment"].edge = { layer: "haproxy", port, address: "0.0.0.0" };
      });
      const built = await sandbox.run("commands/main.ts", "images");
      if (built.exitCode !== 0) throw new Error(`images: expected them to be built, got:\n${built.all}`);
      const images = await ownImages(sandbox);
      machine = await startMachine(images[0] ?? "");
      engine = await TestEngine.startIn(machine);
      await bring(images, engine);
      Object.assign(sandbox.environment, engine.environment());
      const system = new FarSystem(sandbox, engine);
      await system.succeeds("up");
      return system;
    } catch (error) {
      await removed(sandbox, engine, machine);
      throw error;
    }
  }

  get at(): { address: string; port: number } {
    return { address: this.engine.host.address, port };
  }

  /** Runs a command. @throws Error with all it said when it fails. */
  async succeeds(...line: string[]): Promise<string> {
    const { exitCode, all } = await this.sandbox.run("commands/main.ts", ...line);
    if (exitCode !== 0)
      throw new Error(`${line.join(" ")}: expected it to succeed, got ${exitCode}:\n${all}`);
    return all;
  }

  /** The boxes that run. */
  async parts(): Promise<Part[]> {
    const format = '{{.ID}} {{.Label "immutable-fleets.box"}}';
    const lines = (await this.engine.docker("ps", "--no-trunc", "--format", format)).split("\n");
    return lines
      .filter((line) => line !== "")
      .map((line) => partOf(line.split(" ")[1] ?? "", line.split(" ")[0]))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** First processes of the boxes of some kinds that run. */
  async pids(...kinds: Part["kind"][]): Promise<number[]> {
    const ids = (await this.parts()).filter(({ kind }) => kinds.includes(kind)).map(({ id = "" }) => id);
    // One may end meanwhile.
    const asked = this.engine.docker("inspect", "--format", "{{.State.Pid}}", ...ids).catch(() => "");
    return (await asked)
      .split("\n")
      .map(Number)
      .filter((pid) => pid > 0);
  }

  /** How often each order is stored whose name begins so. */
  async orders(mark: string): Promise<Map<string, number>> {
    const box = (await this.parts()).find(({ kind }) => kind === "the accessory")?.id ?? "";
    return storedOrders(box, mark, (...args) => this.engine.docker(...args));
  }

  dispose(): Promise<void> {
    return removed(this.sandbox, this.engine, this.engine.host);
  }
}

/** Nothing of it is left, however far it had come. */
async function removed(sandbox: Sandbox, engine?: TestEngine<Machine>, machine?: Machine): Promise<void> {
  await sandbox.dispose();
  await engine?.stop();
  if (machine) await execa("docker", ["rm", "--force", machine.id]);
}

interface StackFile {
  config: Record<"immutable-fleets:environment", { edge: object }>;
}

/** Names of the images that the sandbox has made or found, by which others find them too. */
async function ownImages(sandbox: Sandbox): Promise<string[]> {
  const claims = `immutable-fleets/of-${owner(sandbox.folder, sandbox.environment)}/`;
  const names = ["image", "ls", "--filter", `reference=${claims}*`, "--format", "{{.Repository}}:{{.Tag}}"];
  const found = (await execa("docker", names)).stdout.split("\n").filter((name) => name !== "");
  if (found.length === 0) throw new Error(`expected images of the sandbox (${claims}), got none`);
  return found.map((name) => name.replace(claims, "immutable-fleets/"));
}

async function startMachine(image: string): Promise<Machine> {
  const command = ["--entrypoint=/bin/sleep", image, "infinity"];
  const { stdout: id } = await execa("docker", ["run", "--detach", "--user", "0:0", ...command]);
  const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
  const { stdout: address } = await execa("docker", ["inspect", "--format", format, id]);
  return { id, address };
}

async function bring(images: readonly string[], engine: TestEngine<Machine>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-faults-"));
  const archive = path.join(folder, "images.tar");
  try {
    await execa("docker", ["save", "--output", archive, ...images]);
    await engine.docker("load", "--quiet", "--input", archive);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
