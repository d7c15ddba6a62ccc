import { setTimeout as sleep } from "node:timers/promises";
import { localEngine } from "../../engine/DockerClient.ts";
import { z } from "zod";
import type { Recipes } from "../../plan/recipes.ts";
import { buildChain } from "../../images/layer/buildChain.ts";
import { layerPath } from "../../images/archive/store.ts";
import { chainImages } from "../../images/machine/chainImages.ts";
import type { DiskRequest } from "../../images/machine/request.ts";
import type { ChainImage } from "../../images/machine/plan.ts";
import type { ParityProblem } from "./compare.ts";
import { compareForms } from "./forms.ts";
import { layersManifest } from "./layersManifest.ts";
import type { RootManifest } from "./manifest.ts";
import { rootFactsProgram } from "./readHost.ts";

const startMilliseconds = 60_000;
const lookEveryMilliseconds = 1000;

type Say = (text: string) => void;

/** The container image of a fleet. */
export interface ContainerImage {
  /** Its id. */
  image: string;
  chain: readonly ChainImage[];
  /** What it holds, and the ports of its services. */
  manifest: RootManifest;
}

/** Builds the container image of a chain of layers, or finds it, and looks at it. */
export async function readContainerImage(
  chain: readonly string[],
  recipes: Recipes,
  root: string,
  say: Say,
): Promise<ContainerImage> {
  return lookAtImages(await buildChain(chain, recipes, root), say);
}

/** Looks at the container image that is the last one of a chain; all of them are in the engine. */
export async function lookAtImages(images: DiskRequest["images"], say: Say): Promise<ContainerImage> {
  const chain = await chainImages(images, say);
  const image = images.at(-1)?.image ?? "";
  say("reads the container image");
  const manifest = layersManifest((chain.at(-1)?.layers ?? []).map(layerPath));
  say("starts the container image, to see its ports");
  return { image, chain, manifest: { ...manifest, ports: await portsOf(image) } };
}

/** How the root of a machine image, of its chain of layers, differs from its container image; undefined where no layer is for machines. */
export async function compareMachineImage(
  chain: readonly string[],
  container: ContainerImage,
  recipes: Recipes,
  root: string,
  say: Say,
): Promise<ParityProblem[] | undefined> {
  const isMachineOnly = (layer: string) => recipes.layers[layer]?.machineOnly === true;
  const [first, last] = [chain.findIndex(isMachineOnly), chain.findLastIndex(isMachineOnly)];
  if (first < 1) return undefined;
  const machine = await chainImages(await buildChain(chain, recipes, root), say);
  say("reads the machine image");
  return compareForms(container.chain, machine, { first, last });
}

const portsSchema = z.object({ ports: z.record(z.string(), z.string()) });

/** The ports that an image's services listen on, by a box of systemd without a network, which is then removed. */
async function portsOf(image: string): Promise<Record<string, string>> {
  const box = await localEngine.run([
    ...["run", "--detach", "--network", "none", "--label", "immutable-fleets.parity", "--user", "0:0"],
    ...[
      "--security-opt",
      "seccomp=unconfined",
      "--cgroupns=host",
      "--volume",
      "/sys/fs/cgroup:/sys/fs/cgroup:rw",
    ],
    ...["--tmpfs", "/run", "--tmpfs", "/run/lock", "--tmpfs", "/tmp", "--env", "container=docker"],
    ...["--entrypoint", "/sbin/init", image],
  ]);
  try {
    const end = Date.now() + startMilliseconds;
    let before = "";
    for (;;) {
      const state = await localEngine.exec(box, ["systemctl", "is-system-running"]);
      const looked = await localEngine.exec(box, ["python3", "-", "--ports"], { input: rootFactsProgram });
      const started = /running|degraded/.test(state.stdout);
      // Services listen a moment after they have started: two looks must agree.
      if (started && looked.exitCode === 0 && looked.stdout === before)
        return portsSchema.parse(JSON.parse(looked.stdout)).ports;
      before = started ? looked.stdout : "";
      if (Date.now() > end)
        throw new Error(`expected systemd in a box of ${image} to run within 60 s, got ${state.stdout}`);
      await sleep(lookEveryMilliseconds);
    }
  } finally {
    await localEngine.ask(["rm", "--force", "--volumes", box]);
  }
}
