import * as command from "@pulumi/command";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { engineOf, type Engine } from "../../engine/engine.ts";
import type { BoxImage } from "../../plan/BoxImage.ts";
import { named } from "../../plan/checked.ts";
import type { SwarmFleetPlan } from "../../plan/environment/FleetPlan.ts";
import type { SwarmPlan } from "../../plan/environment/TargetPlan.ts";
import { chainId } from "../../plan/chain.ts";
import { secretValues, toldPlainly } from "../../plan/glue/told.ts";
import { otherMachine, thisMachine, type EnginePlace } from "../box/place.ts";
import type { Edge } from "../edge/Edge.ts";
import { runEdge } from "../target/runEdge.ts";
import { filledIn, type Secrets } from "../target/filledIn.ts";
import type { Around, Target } from "../target/Target.ts";
import { RegisteredImage } from "./RegisteredImage.ts";
import { SwarmFleet } from "./SwarmFleet.ts";

/** An edge, and the engine that it is on; undefined: this machine's. */
interface PlacedEdge {
  edge: Edge;
  engine: Engine | undefined;
}

/** Runs fleets as services of a Swarm, and an edge on each of the machines that have one. */
export const runSwarm: Target<SwarmPlan> = (plan, around) => {
  const manager = plan.manager && engineOf("manager", plan.manager, "environment.swarm.manager");
  const place = managerPlace(manager, around);
  const edges = runEdges(plan, place, around);
  const images = new Map<string, RegisteredImage>();
  const fleets = plan.fleets.map((fleet) => {
    const id = chainId(fleet.chain);
    const image = named(Object.fromEntries(around.made), "image", id);
    const there = images.get(id) ?? new RegisteredImage(id, image, plan.registry, around.options);
    images.set(id, there);
    const from = { image, registered: there.registered, place, edges, secrets: around.secrets };
    return [fleet.name, runFleet(fleet, from)] as const;
  });
  const urls = edges.map(({ edge }) => edge.url);
  return {
    ...(urls.length > 0 && { url: urls.join(", ") }),
    fleets: Object.fromEntries(
      fleets.map(([name, { image, service }]) => [
        name,
        { image, boxes: service.apply((id) => ({ [name]: id })) },
      ]),
    ),
    proved: fleets.map(([, { proved }]) => proved),
  };
};

/** The edges on the machines that are named, else on the manager. */
function runEdges({ edge: plan, edges }: SwarmPlan, manager: EnginePlace, around: Around): PlacedEdge[] {
  if (!plan) return [];
  const places = Object.entries(edges).map(([name, settings]) => {
    const engine = engineOf(name, settings, `environment.swarm.edges.${name}`);
    return otherMachine(engine, around.made, [], around.options, () => manager.network);
  });
  const at = places.length > 0 ? places : [manager];
  return at.map((place) => ({ edge: runEdge(place, plan, around), engine: place.engine }));
}

/** What a fleet is run from. */
interface FleetSurroundings {
  image: BoxImage;
  registered: RegisteredImage["registered"];
  /** The manager's. */
  place: EnginePlace;
  edges: readonly PlacedEdge[];
  secrets: Secrets;
}

function runFleet(
  fleet: SwarmFleetPlan,
  { image, registered, place, edges, secrets }: FleetSurroundings,
): SwarmFleet {
  // Who takes no requests is not seen by the edges.
  const checking = fleet.applications.length > 0 ? edges : [];
  return new SwarmFleet(
    {
      ...{ fleet, image, registered, manager: place.engine, network: place.network },
      environment: toldPlainly(fleet.told),
      secrets: filledIn(secretValues(fleet.told), secrets),
      edges: checking.map(({ edge, engine }) => ({ container: edge.container, engine })),
    },
    place.options,
  );
}

/** A manager, with the network that all machines are in. */
function managerPlace(manager: Engine | undefined, { made, options }: Around): EnginePlace {
  const isThere = new command.local.Command(
    "swarm",
    {
      interpreter: ["node", "fleets/swarm/check.ts"],
      create: manager?.url ?? "here",
      ...(manager && { stdin: JSON.stringify(manager) }),
      triggers: [manager?.url ?? "here"],
      addPreviousOutputInEnv: false,
    },
    options,
  );
  // A Swarm's names have no dots.
  const network = (_name: string, opts: pulumi.CustomResourceOptions) =>
    new docker.Network("boxes", { driver: "overlay", attachable: true }, { ...opts, dependsOn: [isThere] });
  return manager ? otherMachine(manager, made, [], options, network) : thisMachine(made, options, network);
}
