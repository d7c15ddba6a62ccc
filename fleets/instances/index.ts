import * as pulumi from "@pulumi/pulumi";
import type { StackConfiguration } from "../../config/read/read.ts";
import { chainId } from "../../plan/chain.ts";
import { requiresSigned } from "../../images/ProofCheck.ts";
import { releaseName, type Release } from "../../images/release/release.ts";
import { missingImages } from "../../images/release/select.ts";
import type { InstancesBehind } from "../edge/Edge.ts";
import type { Chains } from "../../plan/chains.ts";
import { DiskProofs } from "./DiskProofs.ts";
import { handOver, type HandedOver } from "./handOver.ts";
import { runFleet, type RunningFleet } from "./runFleet.ts";
import { awsProvider, makeSurroundings, type Secrets } from "./surroundings.ts";

/** What runs of an environment on instances. */
export interface RunningInstances {
  fleets: Map<string, RunningFleet>;
  /** Fleets whose machine images are shared. */
  handedOver: Map<string, HandedOver>;
  url: pulumi.Output<string> | undefined;
  /** The running ones, as an edge before them sees them; undefined where none runs. */
  behind: InstancesBehind | undefined;
}

/** Runs the fleets of instances of an environment from the machine images of a release, and shares those to be handed over. */
export function runInstances(
  configuration: StackConfiguration,
  { machines, handovers }: Pick<Chains, "machines" | "handovers">,
  release: Release,
  secrets: Secrets,
  opts?: pulumi.ComponentResourceOptions,
): RunningInstances {
  const { aws } = configuration.environment;
  if (!aws) throw new Error("expected environment.aws for fleets of instances, got none");
  const wanted = { ...machines, ...handovers };
  const places = Object.values(wanted).map(chainId);
  const problem = missingImages(release, "machineImages", places, releaseName(release));
  if (problem) throw new pulumi.RunError(problem.message);
  const provider = awsProvider(aws.region);
  const common = { ...opts, providers: { aws: provider } };
  const proofs = new DiskProofs(requiresSigned(configuration.environment));
  const around =
    Object.keys(machines).length > 0
      ? makeSurroundings(configuration, aws, secrets, provider, proofs, common)
      : undefined;
  const found = (chains: Record<string, string[]>) =>
    Object.entries(chains).flatMap(([fleet, chain]) => {
      const place = chainId(chain);
      const image = release.machineImages[place];
      return image ? [{ fleet, place, image }] : [];
    });
  const fleets = around
    ? found(machines).map(
        ({ fleet, place, image }) => [fleet, runFleet(fleet, place, image, around)] as const,
      )
    : [];
  const shared = aws.share.length > 0 ? found(wanted) : [];
  const handedOver = shared.map(
    (each) =>
      [each.fleet, handOver({ configuration, aws, release, proofs, ...each }, provider, common)] as const,
  );
  return {
    fleets: new Map(fleets),
    handedOver: new Map(handedOver),
    url: around?.balancers.url,
    behind: around && behind(fleets, around.balancers.internalHost),
  };
}

function behind(
  fleets: readonly (readonly [name: string, fleet: RunningFleet])[],
  balancer: pulumi.Output<string>,
): InstancesBehind {
  return {
    fleets: fleets.map(([name]) => name),
    balancer,
    proved: fleets.flatMap(([, { parts }]) => parts),
  };
}
