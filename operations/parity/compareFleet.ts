import type { Configuration } from "../../config/schema.ts";
import { findHosts } from "../../fleets/hosts/find.ts";
import type { ImageForm } from "../../plan/chain.ts";
import { fleetChain } from "../../plan/chains.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import type { FleetHosts } from "../../plan/host.ts";
import { WorkFolder } from "../../fleets/hosts/workFolder.ts";
import { recipesOf } from "../../plan/recipes.ts";
import type { RootManifest } from "./manifest.ts";
import { hostDifferences } from "./difference.ts";
import { readHost } from "./readHost.ts";
import { compareMachineImage, readContainerImage } from "./readImages.ts";
import type { Compared, ParityReport } from "./report.ts";
import { messageOf } from "../../work/message.ts";

/** Compares all that a fleet's roles make: each of its hosts, and its machine image, with its container image. */
export async function compareFleet(
  fleet: string,
  configuration: Configuration,
  root: string,
  withMachine: boolean,
): Promise<ParityReport> {
  const say = (text: string) => void process.stderr.write(`${fleet}: ${text}\n`);
  const hosts = (await findHosts(environmentPlan(configuration).hosts, root))[fleet];
  const recipes = recipesOf(configuration);
  const chain = (form: ImageForm) => fleetChain(configuration, fleet, form);
  const container = await readContainerImage(chain("container"), recipes, root, say);
  const machine = withMachine
    ? await compareMachineImage(chain("machine"), container, recipes, root, say)
    : undefined;
  const compared: Compared[] = [
    ...(hosts ? await compareHosts(hosts, container.manifest, root, say) : []),
    ...(machine ? [{ name: "machine image", differences: machine }] : []),
  ];
  const notes = [
    ...(hosts ? [] : [`hosts: none; environment.fleets.${fleet}.hosts names no host`]),
    ...(machine ? ["machine image: its ports are not seen, since it is not started"] : []),
    ...(withMachine && !machine ? ["machine image: none; no layer of the fleet is machineOnly"] : []),
  ];
  return { fleet, image: container.image, compared, notes };
}

/** A host that cannot be asked is told, and the others are asked all the same. */
async function compareHosts(
  { hosts, settings }: FleetHosts,
  image: RootManifest,
  root: string,
  say: (text: string) => void,
): Promise<Compared[]> {
  const work = new WorkFolder(settings, root);
  const compared: Compared[] = [];
  try {
    for (const host of hosts) {
      say(`looks at ${host.name}`);
      const name = `host ${host.name}`;
      try {
        const facts = await readHost(host, work, root);
        compared.push({ name, differences: hostDifferences(image, facts, settings.mayDiffer) });
      } catch (error) {
        const fault = messageOf(error);
        compared.push({ name, differences: [], fault });
      }
    }
    return compared;
  } finally {
    work.dispose();
  }
}
