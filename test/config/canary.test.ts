import { deepEqual } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { targetOf } from "../fleets/around.ts";
import { changed, inFleet, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

const shop = (swap: object) => ["environment/fleets/shop/swap", swap] as const;

describe("a canary of containers", () => {
  it("is planned with its fleet, and the edge deals its requests in turns", () => {
    const { edge, fleets } = planOf(shop({ canary: [10, 50, 100], bakeSeconds: 30 }));
    deepEqual(
      fleets.map(({ canary }) => canary),
      [
        {
          ...{ percents: [10, 50, 100], bakeSeconds: 30, errorPercent: 1, slowerPercent: 200 },
          ...{ minimumRequests: 200, patienceSeconds: 600, tooFewRequests: "proceed" },
        },
        undefined,
      ],
    );
    deepEqual(edge?.fleets, {
      shop: { boxes: 1, mutable: false, isDealt: true },
      orders: { boxes: 1, mutable: false },
    });
  });

  it("is as it is said", () => {
    const said = { errorPercent: 0.5, slowerPercent: 50, minimumRequests: 0, patienceSeconds: 5 };
    const { fleets } = planOf(shop({ canary: [1, 100], ...said, tooFewRequests: "goBack" }));
    deepEqual(fleets[0]?.canary, {
      ...{ ...said, percents: [1, 100], bakeSeconds: 120, tooFewRequests: "goBack" },
    });
  });

  const path = "environment.fleets.shop.swap";

  refuses(
    "refuses steps in which nothing could be compared",
    [shop({ canary: [100] })],
    [
      `${path}.canary: expected a step before 100, in which old and new boxes are compared, got 100; put 10 before it, or remove swap`,
    ],
  );
  refuses(
    "refuses steps that do not rise to 100",
    [shop({ canary: [50, 10, 100] })],
    [`${path}.canary: expected percents that rise and end with 100, got 50, 10, 100; correct them`],
  );
  refuses(
    "refuses alarms, which are CloudWatch's",
    [shop({ canary: [10, 100], alarms: ["latency"] })],
    [`${path}.alarms: expected no alarms of CloudWatch where boxes are containers, got latency; remove them`],
  );
  refuses(
    "refuses it without an edge",
    [shop({ canary: [10, 100] }), ["environment/edge", undefined]],
    [`${path}: expected an edge, which deals the requests, got none; add one, or remove swap`],
  );
  refuses(
    "refuses it where nothing takes requests",
    inFleet("mail", { layer: "catalog", command: ["mail"] }, [
      ["environment/fleets/mail", { swap: { canary: [10, 100] } }],
    ]),
    ["environment.fleets.mail.swap: expected an application that takes requests, got none; remove swap"],
  );
  refuses(
    "refuses values out of bounds, all at once",
    [
      shop({
        ...{ canary: [10, 100], slowerPercent: 5, minimumRequests: -1, patienceSeconds: 0.5 },
        tooFewRequests: "back",
      }),
    ],
    [
      `${path}.slowerPercent: expected percent from 10 to 10000, got 5; correct it`,
      `${path}.minimumRequests: expected a whole number from 0 to 1000000, got -1; correct it`,
      `${path}.patienceSeconds: expected seconds from 0 to 86400, got 0.5; correct it`,
      `${path}.tooFewRequests: expected one of proceed, goBack, got back; correct it`,
    ],
  );
});

describe("a swap by turns", () => {
  const path = "environment.fleets.shop.swap";
  const surges = (...changes: Change[]) =>
    planOf(...changes).fleets.map(({ maxSurge, canary }) => [maxSurge, canary]);

  it("is planned with its fleet, where not all boxes fit at once; the edge stays as it is", () => {
    const four = ["environment/fleets/shop/boxes", 4] as const;
    deepEqual(surges(four, shop({ maxSurge: 1 }))[0], [1, undefined]);
    deepEqual(surges(four, shop({ maxSurge: "30%" }))[0], [2, undefined]);
    deepEqual(surges(four, shop({ maxSurge: 4 }))[0], [undefined, undefined]);
    deepEqual(planOf(four, shop({ maxSurge: 1 })).edge, planOf(four).edge);
  });

  refuses(
    "refuses what is no number of boxes",
    [shop({ maxSurge: 0 })],
    [`${path}.maxSurge: expected a whole number from 1, or a percentage such as 25%, got 0; correct it`],
  );
  refuses(
    "refuses a percentage that is none",
    [shop({ maxSurge: "120%" })],
    [`${path}.maxSurge: expected a whole number from 1, or a percentage such as 25%, got 120%; correct it`],
  );
  refuses(
    "refuses it beside a canary",
    [shop({ canary: [10, 100], maxSurge: 1 })],
    [
      `${path}.maxSurge: expected none beside canary, which needs all new boxes beside all old ones, got 1; remove one of them`,
    ],
  );
  refuses(
    "refuses what is about shares",
    [shop({ maxSurge: 1, slowerPercent: 50, tooFewRequests: "goBack" })],
    ["slowerPercent", "tooFewRequests"].map(
      (key) =>
        `${path}.${key}: expected canary beside it, got maxSurge; remove it: no shares are compared in turns`,
    ),
  );
  refuses(
    "refuses a swap of which nothing is said",
    [shop({ bakeSeconds: 5 })],
    [`${path}: expected canary, or maxSurge, got neither; add one, or remove swap`],
  );
});

type Change = readonly [path: string, value: unknown];

function planOf(...changes: readonly Change[]) {
  return targetOf(environmentPlan(validate(changed(...changes), surroundings)), "containers");
}
