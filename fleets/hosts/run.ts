import * as pulumi from "@pulumi/pulumi";
import { projectRoot } from "../../config/root.ts";
import { repositoryPasswords } from "../../images/repositoryPasswords.ts";
import { named } from "../../plan/checked.ts";
import type { LayerInputs } from "../../plan/inputs.ts";
import { checkAlone } from "../../plan/glue/healthCheck.ts";
import type { HostFleetPlan } from "../../plan/environment/FleetPlan.ts";
import type { HostsPlan } from "../../plan/environment/TargetPlan.ts";
import { toldAll } from "../../plan/glue/told.ts";
import { readChain } from "../../plan/inputs.ts";
import { filledIn } from "../target/filledIn.ts";
import type { Around, Target } from "../target/Target.ts";
import { HostFleet } from "./HostFleet.ts";

/** Configures the mutable hosts of the fleets that have nothing else, behind this machine's edge where there is one. */
export const runHosts: Target<HostsPlan> = ({ fleets }, around) => {
  const running = fleets.map((fleet) => [fleet.name, runFleet(fleet, around)] as const);
  return {
    fleets: Object.fromEntries(
      running.map(([name, { content, hosts }]) => [
        name,
        { image: pulumi.output(content), boxes: pulumi.output(hosts) },
      ]),
    ),
    proved: running.map(([, { proved }]) => proved),
  };
};

function runFleet(plan: HostFleetPlan, { hosts, images, secrets, before: { edge } }: Around): HostFleet {
  const { name, chain, told, drainSeconds, gate } = plan;
  const layers = readChain(projectRoot, images, chain).map(withoutUpdates);
  const passwords = repositoryPasswords(layers, { packages: images.packages, secrets: secrets.set });
  const vaults = Object.fromEntries(
    chain.flatMap((layer) => {
      const vault = images.layers[layer]?.vault;
      return vault ? [[layer, vault] as const] : [];
    }),
  );
  return new HostFleet(
    {
      fleet: name,
      ...(Object.keys(vaults).length > 0 && { vaults }),
      door: edge?.doorContainer,
      layers,
      hosts: named(hosts, "hosts of the fleet", name),
      applications: plan.applications
        .map((application) => ({ name: application.name, ...checkAlone(application) }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      edge: edge !== undefined,
      ...{ drainSeconds, gate },
      environment: pulumi.all(filledIn(toldAll(told), secrets)),
      ...(passwords && { passwords }),
    },
    // The edge that is to know them, and that is asked to drain them.
    { dependsOn: edge ? [edge] : [] },
  );
}

/** Newer packages are for images; a host gets them as whoever runs it means it to. */
function withoutUpdates({ updates: _, ...inputs }: LayerInputs): LayerInputs {
  return inputs;
}
