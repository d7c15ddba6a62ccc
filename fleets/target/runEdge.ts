import * as pulumi from "@pulumi/pulumi";
import type { EdgeBoxPlan } from "../../plan/environment/TargetPlan.ts";
import type { EnginePlace } from "../box/place.ts";
import { filledText } from "./filledIn.ts";
import type { Around } from "./Target.ts";
import { Edge, type EdgeArgs } from "../edge/Edge.ts";
import { edgePlan } from "../edge/plan.ts";

/** Runs an edge on an engine. @param also what only edges of some targets have. */
export function runEdge(
  place: EnginePlace,
  plan: EdgeBoxPlan,
  { hosts, secrets }: Pick<Around, "hosts" | "secrets">,
  also: Pick<EdgeArgs, "instances" | "acme"> = {},
): Edge {
  const certificates = plan.settings.tls?.certificates;
  return new Edge({
    plan: edgePlan(plan, hosts),
    settings: plan.settings,
    ...(plan.logs && { logs: plan.logs }),
    image: place.image(plan.chain),
    place,
    ports: plan,
    ...also,
    ...(certificates && {
      certificates: pulumi.all(certificates.map((each) => filledText(each, secrets))),
    }),
  });
}
