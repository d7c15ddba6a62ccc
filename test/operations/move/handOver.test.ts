import { deepEqual, equal, throws } from "node:assert/strict";
import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { handedOver } from "../../../operations/move/handOver.ts";
import { heldData, type ExportedState } from "../../../plan/data/heldData.ts";
import { lostData } from "../../../plan/data/lostData.ts";
import { planMove, type Move } from "../../../plan/data/move.ts";
import { configured, stateAfter } from "../../plan/data/fixture.ts";

const north = { address: "10.0.0.5", hostKey: "ssh-ed25519 AAAA" };
const written = (engines: object) =>
  configured({ accessories: { database: {} }, environment: { accessories: { database: {} }, engines } });
const urn =
  "urn:pulumi:dev::immutable-fleets::fleet:index:Accessory$docker:index/volume:Volume::database-data";
const box = {
  ...{ urn: "urn:pulumi:dev::immutable-fleets::docker:index/container:Container::database", id: "1" },
  ...{ dependencies: [urn], propertyDependencies: { volumes: [urn] } },
};

/** A stack on this machine's engine, and its move to another. */
function moved(): { before: Deployment; move: Move } {
  const { deployment } = stateAfter(written({}));
  const before = { version: 3, deployment: { resources: [...(deployment?.resources ?? []), box] } };
  const held = heldData(before);
  const plan = planMove(held, written({ north }), { accessory: "database", to: "north" });
  if (!("move" in plan)) throw new Error(JSON.stringify(plan));
  return { before, move: plan.move };
}

describe("a state whose data is handed over", () => {
  it("has it at the new place alone, protected as before: the next update takes nothing away", () => {
    const { before, move } = moved();
    const after = handedOver(before, move) as unknown as ExportedState;
    deepEqual(
      heldData(after).map(({ name, volume, provider, protect }) => [name, volume, provider, protect]),
      [["north.database-data", move.volume, "north ssh://10.0.0.5:22", true]],
    );
    equal(lostData(before as ExportedState, written({ north })).length, 1);
    deepEqual(lostData(after, written({ north })), []);
    equal(lostData(after, written({})).length, 1);
  });

  it("has each thing that others name, before those: or the engine refuses the state", () => {
    const { before, move } = moved();
    const { deployment } = handedOver(before, move) as unknown as ExportedState;
    const resources = deployment?.resources ?? [];
    const seen = new Set<string>();
    for (const each of resources as unknown as (Partial<typeof box> & { urn: string; provider?: string })[]) {
      for (const needed of each.dependencies ?? []) equal(seen.has(needed), true, needed);
      if (each.urn.endsWith("north.database-data")) equal(seen.has(each.provider ?? ""), true);
      seen.add(each.urn).add(`${each.urn}::${each.id ?? ""}`);
    }
    const [, container] = [resources.at(-2), resources.at(-1)] as unknown as (typeof box)[];
    deepEqual(container?.propertyDependencies.volumes, [urn.replace("database-data", "north.database-data")]);
  });

  it("uses the provider that is there: of one name there is one", () => {
    const { before, move } = moved();
    const once = handedOver(before, move);
    const [data] = heldData(once);
    if (!data) throw new Error("expected data");
    const again = handedOver(once, { ...move, data, volume: "north.database-data-0000000" });
    const count = (state: Deployment) => (state.deployment as { resources: unknown[] }).resources.length;
    equal(count(again), count(once));
  });

  it("is refused where the state has other data meanwhile", () => {
    const { before, move } = moved();
    throws(() => handedOver(before, { ...move, data: { ...move.data, volume: "other" } }), {
      message: "database-data: expected the volume other in the state, got none; run it again",
    });
  });
});
