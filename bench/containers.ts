import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { editFleet } from "../test/e2e/stackFile.ts";
import { underLoad } from "../test/load/load.ts";
import type { LoadResult } from "../test/load/client.ts";
import { createSandbox, type Sandbox } from "../test/sandbox/sandbox.ts";
import { median, timed, type Figure } from "./table.ts";

const rounds = 3;

/** Updates of container fleets, beside a bare Pulumi program of as many containers, and beside Docker alone. */
export async function containerFigures(): Promise<Figure[]> {
  const sandbox = await createSandbox("bench");
  try {
    await up(sandbox);
    return [await unchanged(sandbox), ...(await changed(sandbox)), ...(await growing(sandbox))];
  } finally {
    await sandbox.dispose();
  }
}

async function up(sandbox: Sandbox): Promise<void> {
  const result = await sandbox.run("commands/main.ts", "up");
  if (result.exitCode !== 0) throw new Error(result.all);
}

/** An up that changes nothing, beside the same of a bare program with the same number of containers. */
async function unchanged(sandbox: Sandbox): Promise<Figure> {
  const image = Object.values(sandbox.outputs()["imageDigests"] as Record<string, string>)[0] ?? "";
  const bare = await bareProgram(sandbox, image, 9);
  const ours: number[] = [];
  const peers: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push((await timed(() => up(sandbox)))[0]);
    peers.push((await timed(() => bare.up()))[0]);
  }
  await bare.destroy();
  const [a, b] = [median(ours), median(peers)];
  return {
    what: "no-op up, beside a bare Pulumi program of 9 containers",
    ours: `${a.toFixed(1)} s`,
    peer: `${b.toFixed(1)} s`,
    ratio: a / b,
    goal: "≤ 1.2",
  };
}

/** A program of nothing but containers, run like ours: by the Automation API, in a process of its own. */
async function bareProgram(sandbox: Sandbox, image: string, count: number) {
  const file = path.join(sandbox.folder, "bare.ts");
  writeFileSync(
    file,
    `import * as docker from "@pulumi/docker";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
const program = async () => {
  for (let index = 0; index < ${count}; index++)
    new docker.Container("bare-" + index, { image: "${image}", entrypoints: ["/bin/sleep"], command: ["infinity"], user: "65534:65534" });
};
const stack = await LocalWorkspace.createOrSelectStack({ stackName: "bare", projectName: "bare", program });
if (process.argv[2] === "destroy") await stack.destroy();
else await stack.up();
`,
  );
  const run = async (what: string) => {
    const result = await sandbox.run("bare.ts", what);
    if (result.exitCode !== 0) throw new Error(result.all);
  };
  await run("up");
  return { up: () => run("up"), destroy: () => run("destroy") };
}

/** An application's change until the new boxes serve alone, beside docker build and containers made anew. */
async function changed(sandbox: Sandbox): Promise<Figure[]> {
  sandbox.replace("apps/catalog/catalog/products.json", "Mooring", "Benched Mooring");
  let ours = 0;
  const ourLoad = await underLoad(sandbox.port, async () => {
    [ours] = await timed(() => up(sandbox));
  });
  const peer = await dockerAlone(sandbox);
  return [
    {
      what: "application change → swapped under load, beside docker build + recreate",
      ours: `${ours.toFixed(1)} s`,
      peer: `${peer.seconds.toFixed(1)} s`,
      ratio: ours / peer.seconds,
      goal: "≤ 1.5",
    },
    { what: "… failed requests", ours: failed(ourLoad), peer: failed(peer.load), goal: "ours 0" },
  ];
}

function failed({ requests, slowRequests, failures }: LoadResult): string {
  const count = Object.values(failures).reduce((sum, each) => sum + each, 0);
  return `${count} of ${requests + slowRequests + count}`;
}

/** What people do without a swap: build from a Dockerfile, remove the container, start it again on the same port. */
async function dockerAlone(sandbox: Sandbox): Promise<{ seconds: number; load: LoadResult }> {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-docker-"));
  const images = sandbox.outputs()["imageDigests"] as Record<string, string>;
  const name = `bench-peer-${process.pid}`;
  const apps = path.join(sandbox.folder, "apps/catalog");
  const publish = async () => {
    await execa("cp", ["-r", apps, folder]);
    writeFileSync(
      path.join(folder, "Dockerfile"),
      `FROM ${images["base.python.catalog"] ?? ""}\nUSER 0\nCOPY catalog/catalog /usr/lib/catalog/catalog\nUSER 881\n`,
    );
    await execa("docker", ["build", "--quiet", "--no-cache", "--tag", name, folder]);
    await execa("docker", ["rm", "--force", name], { reject: false });
    const port = `127.0.0.1:${sandbox.port + 1}:8081`;
    await execa("docker", [
      "run",
      "--detach",
      "--name",
      name,
      "--publish",
      port,
      "--env",
      "FLEET_BOX=peer",
      name,
    ]);
  };
  mkdirSync(path.join(folder, "catalog"), { recursive: true });
  try {
    await publish();
    let seconds = 0;
    const load = await underLoad(sandbox.port + 1, async () => {
      sandbox.replace("apps/catalog/catalog/products.json", "Benched", "Rebenched");
      [seconds] = await timed(publish);
    });
    return { seconds, load };
  } finally {
    await execa("docker", ["rm", "--force", name], { reject: false });
    await execa("docker", ["image", "rm", name], { reject: false });
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Time and memory of an up that starts 5, 20 and 100 boxes. */
async function growing(sandbox: Sandbox): Promise<Figure[]> {
  const figures: Figure[] = [];
  let before = 2;
  for (const boxes of [5, 20, 100]) {
    editFleet(sandbox, "catalog", (fleet) => {
      fleet.boxes = boxes;
      fleet.gate = { timeoutSeconds: 600 };
    });
    const [seconds, peakMiB] = await timed(() => upWithPeak(sandbox));
    const each = seconds / (boxes - before);
    figures.push({
      what: `up from ${before} to ${boxes} boxes`,
      ours: `${seconds.toFixed(1)} s, ${each.toFixed(2)} s a box, ${peakMiB} MiB`,
      goal: "linear",
    });
    before = boxes;
  }
  return figures;
}

/** An up, and the largest resident memory of any of its processes, in MiB. */
async function upWithPeak(sandbox: Sandbox): Promise<number> {
  const result = await execa("/usr/bin/time", ["--format", "%M", "node", "commands/main.ts", "up"], {
    cwd: sandbox.folder,
    env: sandbox.environment,
  });
  return Math.round(Number(result.stderr.trim().split("\n").at(-1)) / 1024);
}
