import { rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { createSandbox, freePort, type Sandbox } from "../../sandbox/sandbox.ts";

/** The smallest system whose parts can all fail: one fleet behind an edge, in `dev` and in `test`, which takes dev's releases. */
export interface System {
  readonly sandbox: Sandbox;
  /** Port of a stack's edge. */
  port(stack: string): number;
  /** Runs a command. @throws Error with all it said when it fails. */
  succeeds(...line: string[]): Promise<string>;
  /** Changes how the fleet of a stack runs, so that its boxes are swapped by the next `up`. */
  change(stack: string, to: string): void;
  dispose(): Promise<void>;
}

/** The product that tells the second release from the first: always the same text, so that its image is built once in all. */
const secondRelease = "Mooring line for tests of faults";

/** Both stacks up; `test` runs dev/1 and then dev/2, where `releases` says so: there is something to go back to. */
export async function createSystem({ boxes = 2, releases = false } = {}): Promise<System> {
  const sandbox = await createSandbox("faults");
  const ports: Record<string, number> = { dev: sandbox.port, test: await freePort() };
  const write = (stack: string, to?: string) => {
    const file = path.join(sandbox.folder, `Pulumi.${stack}.yaml`);
    writeFileSync(file, settings(ports[stack] ?? 0, boxes, stack === "test", to));
  };
  const system: System = {
    sandbox,
    port: (stack) => ports[stack] ?? 0,
    succeeds: async (...line) => {
      const { exitCode, all } = await sandbox.run("commands/main.ts", ...line);
      if (exitCode !== 0) throw new Error(`${line.join(" ")}: expected it to succeed, got:\n${all}`);
      return all;
    },
    change: (stack, to) => {
      // As a user edits it: what the engine and the commands keep there stays.
      sandbox.edit(`Pulumi.${stack}.yaml`, (document: StackDocument) => {
        const fleet = document.config["immutable-fleets:environment"]?.fleets["catalog"];
        if (fleet) fleet.environment = { CHANGE: to };
      });
    },
    dispose: async () => {
      await sandbox.pulumi("destroy", "--yes", "--stack", "test");
      await sandbox.dispose();
    },
  };
  rmSync(path.join(sandbox.folder, "releases"), { recursive: true, force: true });
  sandbox.edit("Pulumi.yaml", ({ config }: ProjectDocument) => {
    config.applications.value.catalog.public = true;
  });
  write("dev");
  write("test");
  try {
    await system.succeeds("up");
    if (!releases) return system;
    await system.succeeds("promote", "--to", "test", "--yes");
    sandbox.replace("apps/catalog/catalog/products.json", "Mooring rope", secondRelease);
    await system.succeeds("up");
    await system.succeeds("promote", "--to", "test", "--yes");
    return system;
  } catch (error) {
    await system.dispose();
    throw error;
  }
}

interface StackDocument {
  config: Record<string, { fleets: Record<string, { environment?: Record<string, string> }> }>;
}

interface ProjectDocument {
  config: { applications: { value: { catalog: { public?: boolean } } } };
}

function settings(port: number, boxes: number, promoted: boolean, change = ""): string {
  const gate = { timeoutSeconds: 120, steadySeconds: 1 };
  const catalog = { boxes, memory: "128 MiB", gate, environment: { CHANGE: change } };
  const environment = {
    ...(promoted && { promoteFrom: "dev" }),
    edge: { layer: "haproxy", port },
    fleets: { catalog },
  };
  return stringify({ config: { "immutable-fleets:environment": environment } });
}
