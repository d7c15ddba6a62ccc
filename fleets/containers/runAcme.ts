import * as pulumi from "@pulumi/pulumi";
import { acmeName } from "../../config/acme.ts";
import { checkedFor } from "../../plan/checked.ts";
import { acmeFolder } from "../../plan/environment/acme.ts";
import type { EdgeBoxPlan } from "../../plan/environment/TargetPlan.ts";
import { issuerCommand, issuerLimits, issuerServices, legoPlaces } from "../acme/program.ts";
import type { EnginePlace } from "../box/place.ts";
import { SharedVolume } from "../volumes/SharedVolume.ts";
import { ContainerFleet } from "./ContainerFleet.ts";

const noLego =
  "environment.edge.tls.acme: expected lego in the image of environment.edge.layer, got none; add a role that installs it (lego of the sample) to that layer";

/** The volume with what an authority gave, for the box that asks it and the edges: their user's. Undefined where none is asked. */
export function acmeVolume(
  { acme, chain }: Pick<EdgeBoxPlan, "acme" | "chain">,
  place: EnginePlace,
): SharedVolume | undefined {
  if (!acme) return undefined;
  const { image, services } = place.image(chain);
  const owner = pulumi
    .output(services)
    .apply(([service]) => service && { uid: service.uid, gid: service.gid });
  const requires = { oneOf: [...legoPlaces], problem: noLego };
  const plan = { name: acmeName, protect: acme.protect };
  return new SharedVolume({ plan, first: { image, path: acmeFolder, owner, requires }, place });
}

/** Runs the box that asks an authority for certificates, of the edge's image: swapped as any fleet of one box, by what is noted on its volume without an attempt that is forgotten. */
export function runAcme(
  { acme, chain, logs }: Pick<EdgeBoxPlan, "acme" | "chain" | "logs">,
  place: EnginePlace,
  { volume }: Pick<SharedVolume, "volume">,
): ContainerFleet {
  const { image, services: found } = place.image(chain);
  const services = pulumi.output(found).apply(issuerServices);
  return new ContainerFleet({
    ...{ fleet: acmeName, image, boxes: 1, place, applications: [], environment: {} },
    gate: { timeoutSeconds: 30, steadySeconds: 2 },
    command: issuerCommand(checkedFor(acme, "an authority")),
    limits: {
      ...{ ...issuerLimits, ...(logs && { logs }), services },
      volumes: [{ volumeName: volume, containerPath: acmeFolder }],
    },
  });
}
