import { deepEqual } from "node:assert/strict";
import { formatProblem } from "../../../config/problem.ts";
import { validate } from "../../../config/read/validate.ts";
import { lostData } from "../../../plan/data/lostData.ts";
import { changed, surroundings } from "../../config/fixture.ts";

const volume = "orders-schedules-shared-1a2b3c4";
const state = {
  deployment: {
    resources: [
      {
        urn: "urn:pulumi:dev::immutable-fleets::fleet:index:SharedVolume$docker:index/volume:Volume::orders-schedules-shared",
        ...{ id: volume, protect: true, inputs: { name: volume } },
      },
    ],
  },
};
const lost = (...changes: readonly (readonly [path: string, value: unknown])[]) =>
  lostData(state, validate(changed(...changes), surroundings)).map(formatProblem);

describe("what is noted of schedules", () => {
  it("stays while there are some, and is not lost by the way", () => {
    deepEqual(lost(["applications/orders/schedules", { nightly: { command: ["a"], at: "daily" } }]), []);
    deepEqual(lost(), [
      `applications.orders.schedules: expected some in an application that runs in containers here, since the data of orders-schedules is there (${volume}), got nothing; put it back; or give the data up (docs/fleets.md, Data that stays)`,
    ]);
  });
});
