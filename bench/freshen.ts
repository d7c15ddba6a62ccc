import { randomUUID } from "node:crypto";
import { execa } from "execa";
import { createSandbox, type Sandbox } from "../test/sandbox/sandbox.ts";
import { timed, type Figure } from "./table.ts";

/** The search for newer packages where there is none, beside apt's own, and what follows from another base, to the last swap. */
export async function freshenFigures(): Promise<Figure[]> {
  const sandbox = await createSandbox("bench-freshen");
  try {
    await succeed(sandbox, "up");
    return [await noNews(sandbox), await changedBase(sandbox)];
  } finally {
    await sandbox.dispose();
  }
}

async function noNews(sandbox: Sandbox): Promise<Figure> {
  const [ours] = await timed(() => sandbox.run("commands/main.ts", "freshen", "--check"));
  const script = "apt-get --quiet update && apt-get --quiet --simulate dist-upgrade";
  const run = ["run", "--rm", "--user", "0:0", "--entrypoint", "sh", baseOf(sandbox), "-c", script];
  const [peer] = await timed(() => execa("docker", run));
  return {
    what: "freshen of the sample, without news, beside apt's update and simulated upgrade of its base alone",
    ...{ ours: `${ours.toFixed(1)} s`, peer: `${peer.toFixed(1)} s`, ratio: ours / peer, goal: "< 15 s" },
  };
}

/** Another text in the base does to all that stands on it what an update of one of its packages does, whatever the mirror has today. */
async function changedBase(sandbox: Sandbox): Promise<Figure> {
  const before = baseOf(sandbox);
  const task = {
    name: "Have another content",
    "ansible.builtin.copy": { content: randomUUID(), dest: "/etc/bench", mode: "0644" },
  };
  sandbox.edit("playbooks/roles/base/tasks/main.yml", (tasks: unknown[]) => tasks.push(task));
  const [took] = await timed(() => succeed(sandbox, "up"));
  if (baseOf(sandbox) === before) throw new Error("bench: expected another base, got the same one");
  return {
    what: "base made anew, as for a security update, to all layers built and all fleets swapped",
    ours: `${took.toFixed(1)} s`,
  };
}

function baseOf(sandbox: Sandbox): string {
  const { imageDigests } = sandbox.outputs() as { imageDigests?: Record<string, string> };
  const base = imageDigests?.["base"];
  if (base === undefined)
    throw new Error("bench: expected the image of the base among the outputs, got none");
  return base;
}

async function succeed(sandbox: Sandbox, ...command: string[]): Promise<{ all: string }> {
  const { exitCode, all } = await sandbox.run("commands/main.ts", ...command);
  if (exitCode !== 0) throw new Error(all);
  return { all };
}
