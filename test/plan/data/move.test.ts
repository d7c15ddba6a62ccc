import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { formatProblem } from "../../../config/problem.ts";
import { heldData } from "../../../plan/data/heldData.ts";
import { lostData } from "../../../plan/data/lostData.ts";
import { planMove, type Move, type PlannedMove } from "../../../plan/data/move.ts";
import { configured, stateAfter, type Written } from "./fixture.ts";

const north = { address: "10.0.0.5", hostKey: "ssh-ed25519 AAAA" };
const south = { ...north, address: "10.0.0.6" };
const on = (engines: object, accessories: object = { database: {} }): Written => ({
  accessories: { database: {} },
  environment: { accessories, engines },
});

function planned(
  before: Written,
  after: Written,
  to: string,
  more: { accessory?: string; from?: string } = {},
) {
  const held = heldData(stateAfter(configured(before)));
  return planMove(held, configured(after), { accessory: "database", to, ...more });
}

function moveOf(plan: PlannedMove): Move {
  ok("move" in plan, JSON.stringify(plan));
  return plan.move;
}

function refusal(plan: PlannedMove): string {
  ok("problem" in plan, JSON.stringify(plan));
  return formatProblem(plan.problem);
}

describe("the move of an accessory's data", () => {
  it("goes from this machine to another, and back, by names that the next update uses", () => {
    const there = moveOf(planned(on({}), on({ north }), "north"));
    deepEqual([there.from, there.to?.url, there.name], ["here", "ssh://10.0.0.5:22", "north.database-data"]);
    equal(there.data.volume, "database-data-1a2b3c4");
    const back = moveOf(planned(on({ north }), on({}), "here"));
    deepEqual([back.from, back.to, back.name], ["north", undefined, "database-data"]);
  });

  it("calls the new volume the same each time it is run, and each place's by another name", () => {
    const name = (engines: object, to: string) => moveOf(planned(on({}), on(engines), to)).volume;
    equal(name({ north }, "north"), name({ north }, "north"));
    notEqual(name({ north }, "north"), name({ north: south }, "north"));
    ok(/^north\.database-data-[0-9a-f]{7}$/.test(name({ north }, "north")));
  });

  it("goes to another machine of the same name, and to another name of the accessory", () => {
    const moved = moveOf(planned(on({ north }), on({ north: south }), "north"));
    deepEqual([moved.from, moved.to?.url, moved.name], ["north", "ssh://10.0.0.6:22", "north.database-data"]);
    const after: Written = {
      accessories: { db: { renamedFrom: "database" } },
      environment: { accessories: { db: {} }, engines: { north } },
    };
    equal(moveOf(planned(on({}), after, "north", { accessory: "db" })).name, "north.db-data");
  });

  it("is done where the data is there already", () => {
    const plan = planned(on({ north }), on({ north }), "north");
    ok("there" in plan);
    equal(plan.there.name, "north.database-data");
  });

  it("asks which, where several places have data that has to go", () => {
    const before = on({ north, south });
    equal(refusal(planned(before, on({}), "here")), "--from: expected north or south, got nothing; name one");
    equal(moveOf(planned(before, on({}), "here", { from: "south" })).from, "south");
    equal(
      refusal(planned(before, on({}), "here", { from: "west" })),
      "--from: expected north or south, got west; name one",
    );
  });

  it("is refused with the way out", () => {
    equal(
      refusal(planned(on({ north, south }), on({ north }), "north")),
      "--to: expected a place without data of database, got north, which has database-data-1a2b3c4; put the configuration back, or bring the two together by the database's own tools (docs/fleets.md, Data that stays)",
    );
    equal(
      refusal(planned(on({}), on({ north }), "south")),
      "--to: expected north, got south; say environment.engines as it is to be first; here is this machine's engine, where there is none",
    );
    equal(
      refusal(planned(on({}), on({ north }), "north", { accessory: "cache" })),
      "ACCESSORY: expected one of database, got cache; name one",
    );
    equal(
      refusal(planned(on({}), on({}, { database: { address: "db.example" } }), "here")),
      "environment.accessories.database.address: expected none, got db.example; fill what runs there by its own tools (docs/fleets.md, Data that stays)",
    );
    equal(
      refusal(planned(on({}, {}), on({ north }), "north")),
      "ACCESSORY: expected one with data elsewhere, got database, which has none; npm run up makes it",
    );
  });

  it("is what up names where it refuses, and is planned where it is named", () => {
    for (const [before, after] of [
      [on({}), on({ north })],
      [on({ north }), on({})],
      [on({ north }), on({ south })],
      [on({ north }), on({ north: south })],
    ] as const) {
      const [problem] = lostData(stateAfter(configured(before)), configured(after));
      const place = /npm run move -- database --to (\w+) /.exec(problem?.fix ?? "")?.[1];
      moveOf(planned(before, after, place ?? "nowhere"));
    }
  });
});
