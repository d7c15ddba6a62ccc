import * as pulumi from "@pulumi/pulumi";
import { GeneratedSecret } from "../config/GeneratedSecret.ts";
import type { StackConfiguration } from "../config/read/read.ts";
import { projectRoot } from "../config/root.ts";
import type { BoxImage } from "../plan/BoxImage.ts";
import type { Release } from "../images/release/release.ts";
import { runContainers } from "./containers/run.ts";
import type { Secrets } from "./target/filledIn.ts";
import { findHosts } from "./hosts/find.ts";
import type { RunningInstances } from "./instances/index.ts";
import type { Chains } from "../plan/chains.ts";
import type { RunningFleets } from "./target/running.ts";

/** Runs the fleets of an environment from their images; instances from the machine images of the release that is taken. */
export async function runFleets(
  configuration: StackConfiguration,
  chains: Chains,
  images: ReadonlyMap<string, BoxImage>,
  taken?: Release,
): Promise<RunningFleets> {
  const secrets = allSecrets(configuration);
  const hosts = await findHosts(configuration, projectRoot);
  const onAws = { ...chains.machines, ...chains.handovers };
  const { fleets: placements } = configuration.environment;
  if (Object.values(placements).some(({ target }) => target === "beanstalk")) {
    const { runBeanstalk } = await import("./beanstalk/index.ts");
    return runBeanstalk(configuration, chains, images, secrets);
  }
  const here = { configuration, chains, secrets, hosts };
  if (Object.keys(onAws).length === 0) return runContainers(here, images);
  if (!taken) throw new Error("expected a release for fleets of instances, got none");
  // Loaded only where it is needed: AWS's resource types take a second that development never waits for.
  const { runInstances } = await import("./instances/index.ts");
  const onInstances = runInstances(configuration, chains, taken, secrets);
  if (!configuration.environment.edge) return runningOnAws(onInstances);
  const { behind } = onInstances;
  return together(runContainers({ ...here, instances: behind }, images), runningOnAws(onInstances));
}

/** Containers, hosts and instances behind one edge, where requests come in. */
function together(here: RunningFleets, onAws: RunningFleets): RunningFleets {
  return {
    ...onAws,
    url: here.url,
    fleets: { ...here.fleets, ...onAws.fleets },
    proved: [...here.proved, ...onAws.proved],
  };
}

function runningOnAws({ url, fleets, handedOver }: RunningInstances): RunningFleets {
  const notRunning = [...handedOver].map(([name, { ami }]) => [
    name,
    { image: ami, boxes: pulumi.output([]) },
  ]);
  const running = [...fleets].map(([name, { ami, group }]) => [name, { image: ami, boxes: group }]);
  return {
    url,
    fleets: Object.fromEntries([...notRunning, ...running]) as RunningFleets["fleets"],
    proved: [
      ...[...fleets.values()].map(({ proved }) => proved),
      ...[...handedOver.values()].map(({ ami }) => ami),
    ],
    handover: Object.fromEntries([...handedOver].map(([name, { note }]) => [name, note])),
  };
}

function allSecrets({ environment, secrets }: StackConfiguration): Secrets {
  const generated = environment.generatedSecrets.map(
    (name) => [name, new GeneratedSecret(name).value] as const,
  );
  return pulumi
    .all([secrets, pulumi.all(Object.fromEntries(generated))])
    .apply(([given, made]) => ({ ...made, ...given }));
}
