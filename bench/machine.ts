import { execa } from "execa";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { readConfigurationFiles } from "../config/read/readFiles.ts";
import { fleetChain } from "../plan/chains.ts";
import { buildChain } from "../images/layer/buildChain.ts";
import { startEmulator, type Emulator } from "../test/emulator/start.ts";
import { createSandbox, type Sandbox } from "../test/sandbox/sandbox.ts";
import { Rebuild } from "./disk.ts";
import { timed, type Figure } from "./table.ts";
import { coldsnapCommand, coldsnapPath, measured, ourCommand, watched, type Usage } from "./upload.ts";

const fleet = "catalog";
const products = "apps/catalog/catalog/products.json";

/** The steps of `npm run image`, each by the line on standard error that ends it. */
const stages = {
  layer: /applies \S+ to the disk below/,
  disk: /boots the raw disk/,
  boot: /booted in/,
  upload: /is complete: (\d+) blocks were sent/,
  register: /its AMI is registered/,
};
type Stage = keyof typeof stages;

/** One run of the command: seconds of each stage, and what it says of the upload. */
interface Publication extends Usage {
  seconds: Record<Stage, number>;
  total: number;
  blocks: string;
}

/**
 * A change of an application until its AMI is published to the emulator on loopback, everything below it being there already;
 * beside the usual way from the same images: their root exported, its file system made anew, the whole disk uploaded.
 */
export async function machineFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-machine-"));
  const emulator = await startEmulator();
  const sandbox = await createSandbox("bench-machine");
  try {
    await sandbox.pulumi("stack", "init", "dev");
    change(sandbox, "Folding anchor");
    await publish(sandbox, emulator, false);
    change(sandbox, "Lantern");
    const ours = await publish(sandbox, emulator, true);
    return figures(ours, await usualWay(sandbox, emulator, folder));
  } finally {
    await sandbox.dispose();
    await emulator.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Another word each time: else the image would be found that an earlier run has built. */
function change(sandbox: Sandbox, product: string): void {
  sandbox.replace(products, product, `${product} ${randomBytes(8).toString("hex")}`);
}

async function publish(sandbox: Sandbox, emulator: Emulator, boot: boolean): Promise<Publication> {
  const args = ["commands/main.ts", "image", fleet, "--format", "ami", ...(boot ? ["--boot-test"] : [])];
  const env = { ...sandbox.environment, ...emulator.environment };
  const started = performance.now();
  const child = execa("node", args, { cwd: sandbox.folder, env, stdout: "ignore" });
  const ends: Partial<Record<Stage, number>> = {};
  let blocks = "0";
  createInterface({ input: child.stderr }).on("line", (line) => {
    for (const [stage, pattern] of Object.entries(stages) as [Stage, RegExp][]) {
      const found = pattern.exec(line);
      if (found) ends[stage] ??= (performance.now() - started) / 1000;
      blocks = found?.[1] ?? blocks;
    }
  });
  const usage = await watched(child.pid ?? 0, child);
  return { ...usage, seconds: durations(ends), total: (performance.now() - started) / 1000, blocks };
}

/** Each stage from the end of the one before. */
function durations(ends: Partial<Record<Stage, number>>): Record<Stage, number> {
  let before = 0;
  const entries = (Object.keys(stages) as Stage[]).map((stage) => {
    const end = ends[stage] ?? before;
    const seconds = end - before;
    before = end;
    return [stage, seconds] as const;
  });
  return Object.fromEntries(entries) as Record<Stage, number>;
}

/** The same image's disk and upload, as they are made without layers. */
async function usualWay(
  sandbox: Sandbox,
  emulator: Emulator,
  folder: string,
): Promise<{ disk: number; upload: number; uploader: string }> {
  const configuration = readConfigurationFiles(sandbox.folder, "dev");
  const chain = fleetChain(configuration, fleet, "machine");
  const image = (await buildChain(chain, configuration, sandbox.folder)).at(-1)?.image ?? "";
  const rebuilt = new Rebuild(folder);
  const [disk] = await timed(async () => {
    const tar = path.join(folder, "root.tar");
    const { stdout: container } = await execa("docker", ["create", image]);
    await execa("docker", ["export", "--output", tar, container]);
    await execa("docker", ["rm", container]);
    await rebuilt.add(tar);
  });
  const coldsnap = await coldsnapPath();
  const command = coldsnap ? coldsnapCommand(coldsnap, rebuilt.disk) : ourCommand(rebuilt.disk, folder, "1");
  const { seconds: upload } = await measured(emulator, command);
  return { disk, upload, uploader: coldsnap ? "coldsnap" : "images/publish/main.ts" };
}

function figures(
  { seconds, total, blocks, peakMiB }: Publication,
  usual: { disk: number; upload: number; uploader: string },
): Figure[] {
  const shown = (value: number): string => `${value.toFixed(1)} s`;
  const beside = (what: string, ours: number, peer: number): Figure => ({
    ...{ what, ours: shown(ours), peer: shown(peer), ratio: ours / peer },
  });
  const sum = seconds.layer + seconds.boot + seconds.register;
  return [
    {
      ...beside(
        "application change → published AMI (peer: the usual way)",
        total,
        sum + usual.disk + usual.upload,
      ),
      goal: "< 60 s",
    },
    { what: "… its layer, by Packer and Ansible", ours: shown(seconds.layer) },
    beside("… its disk (peer: root exported, mke2fs -d)", seconds.disk, usual.disk),
    { what: "… boot test", ours: shown(seconds.boot) },
    beside(
      `… upload of ${blocks} blocks (peer: the whole disk, by ${usual.uploader})`,
      seconds.upload,
      usual.upload,
    ),
    { what: "… AMI registered", ours: shown(seconds.register) },
    { what: "… memory peak of the command", ours: `${peakMiB.toFixed(0)} MiB` },
  ];
}
