import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { createSandbox, type Sandbox } from "../test/sandbox/sandbox.ts";
import { median, timed, type Figure } from "./table.ts";

const rounds = 3;

/** The builds of single layers: one changed package, and a role of 20 tasks beside `ansible-playbook` alone in a box that runs. */
export async function layerFigures(): Promise<Figure[]> {
  const sandbox = await createSandbox("bench-layer");
  try {
    writeFileSync(path.join(sandbox.folder, "chain.ts"), chainProgram);
    writeRole(sandbox);
    return [await changedPackage(sandbox), await manyTasks(sandbox)];
  } finally {
    // No stack was made, so there is none to destroy.
    rmSync(sandbox.folder, { recursive: true, force: true });
  }
}

/** Builds the chain that its arguments name, as the command resources of a stack do, and prints the uppermost image's id. */
const chainProgram = `import { readConfigurationFiles } from "./config/read/readFiles.ts";
import { buildChain } from "./images/layer/buildChain.ts";
const built = await buildChain(process.argv.slice(2), readConfigurationFiles(import.meta.dirname, "dev"), import.meta.dirname);
process.stdout.write(built.at(-1)?.image ?? "");
`;

async function chain(sandbox: Sandbox, ...layers: string[]): Promise<string> {
  const { exitCode, all, stdout } = await sandbox.run("chain.ts", ...layers);
  if (exitCode !== 0) throw new Error(all);
  return stdout;
}

/** From a word that changed in an application to its image, signed; the layers below are found. */
async function changedPackage(sandbox: Sandbox): Promise<Figure> {
  const layers = ["base", "python", "catalog"];
  await chain(sandbox, ...layers);
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    sandbox.replace("apps/catalog/catalog/products.json", /\w*Mooring/, `${unique(round)}Mooring`);
    const [took, image] = await timed(() => chain(sandbox, ...layers));
    seconds.push(took);
    await execa("docker", ["image", "rm", "--force", image]);
  }
  return {
    what: "layer of one changed package, from the word to the signed image",
    ours: `${median(seconds).toFixed(1)} s`,
    goal: "≤ 8 s",
  };
}

/** The same role in a layer, and by Ansible alone in a container that is there already, where nothing is kept of it. */
async function manyTasks(sandbox: Sandbox): Promise<Figure> {
  const base = await chain(sandbox, "base");
  const ours: number[] = [];
  const peers: number[] = [];
  for (let round = 0; round < rounds; round++) {
    sandbox.edit("Pulumi.yaml", ({ config }: ProjectFile) => {
      config.layers.value["bench"] = {
        on: "base",
        roles: ["bench"],
        variables: { bench_text: unique(round) },
      };
    });
    const [took, image] = await timed(() => chain(sandbox, "base", "bench"));
    ours.push(took);
    await execa("docker", ["image", "rm", "--force", image]);
    peers.push(await ansibleAlone(sandbox, base, unique(round)));
  }
  const [a, b] = [median(ours), median(peers)];
  return {
    what: "layer of a role of 20 tasks, beside ansible-playbook alone in a running container",
    ours: `${a.toFixed(1)} s`,
    peer: `${b.toFixed(1)} s`,
    ratio: a / b,
    goal: "≤ peer + 3 s",
  };
}

interface ProjectFile {
  config: { layers: { value: Record<string, unknown> } };
}

function unique(round: number): string {
  return `Bench${process.pid}x${round}`;
}

function writeRole({ folder }: Sandbox): void {
  const tasks = Array.from({ length: 10 }, (_, index) => [
    {
      name: `Make folder ${index}`,
      "ansible.builtin.file": { path: `/opt/bench/${index}`, state: "directory" },
    },
    {
      name: `Write file ${index}`,
      "ansible.builtin.copy": { content: `{{ bench_text }} ${index}\n`, dest: `/opt/bench/${index}/text` },
    },
  ]).flat();
  const role = path.join(folder, "playbooks/roles/bench/tasks");
  mkdirSync(role, { recursive: true });
  writeFileSync(path.join(role, "main.yml"), JSON.stringify(tasks));
}

/** Seconds of `ansible-playbook`, with its own strategy, facts included. */
async function ansibleAlone(sandbox: Sandbox, image: string, text: string): Promise<number> {
  const { stdout: container } = await execa("docker", [
    "run",
    "--detach",
    "--entrypoint",
    "sleep",
    image,
    "infinity",
  ]);
  try {
    const play = path.join(sandbox.folder, "playbooks/bench.yml");
    writeFileSync(play, JSON.stringify([{ hosts: "all", roles: ["bench"] }]));
    const inventory = `${container},`;
    const variables = JSON.stringify({ bench_text: text });
    const args = ["--inventory", inventory, "--connection", "docker", "--extra-vars", variables, play];
    const environment = { ANSIBLE_CONFIG: path.join(sandbox.folder, "playbooks/ansible.cfg") };
    return (await timed(() => execa("ansible-playbook", args, { env: environment })))[0];
  } finally {
    await execa("docker", ["rm", "--force", container]);
  }
}
