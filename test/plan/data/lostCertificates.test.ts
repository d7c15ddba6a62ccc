import { deepEqual } from "node:assert/strict";
import { formatProblem } from "../../../config/problem.ts";
import { validate } from "../../../config/read/validate.ts";
import { lostData } from "../../../plan/data/lostData.ts";
import { changed, surroundings } from "../../config/fixture.ts";

const volume = "acme-shared-1a2b3c4";
const state = {
  deployment: {
    resources: [
      {
        urn: "urn:pulumi:dev::immutable-fleets::fleet:index:SharedVolume$docker:index/volume:Volume::acme-shared",
        ...{ id: volume, protect: true, inputs: { name: volume } },
      },
    ],
  },
};
const lost = (...changes: readonly (readonly [path: string, value: unknown])[]) =>
  lostData(state, validate(changed(...changes), surroundings)).map(formatProblem);

describe("what an authority gave", () => {
  it("stays while it is asked, and is not lost by the way", () => {
    const acme = { email: "ops@example.com", acceptTerms: true };
    deepEqual(
      lost(["environment/edge/tls", { acme }], ["environment/hosts", { catalog: ["shop.example"] }]),
      [],
    );
    deepEqual(lost(), [
      `environment.edge.tls.acme: expected it in the edge's settings, since the data of acme is there (${volume}), got nothing; put it back; or give the data up (docs/fleets.md, Data that stays)`,
    ]);
  });
});
