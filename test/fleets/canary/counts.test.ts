import { deepEqual, equal, ok } from "node:assert/strict";
import { between, countsOf, summed } from "../../../fleets/canary/counts.ts";
import { CanaryWindow } from "../../../fleets/canary/CanaryWindow.ts";
import type { DealtServer } from "../../../fleets/canary/Dealing.ts";
import { momentOf } from "../../../fleets/canary/CanaryStep.ts";
import { serverRows } from "../../../fleets/edge/serverRows.ts";

describe("what an edge has counted of a server", () => {
  const header = "# pxname,svname,type,mode,hrsp_2xx,hrsp_4xx,hrsp_5xx,econ,eresp,stot,rtime,wretr";

  it("are answers, and what was not answered", () => {
    const [row] = serverRows(`${header}\nshop,shop-1,2,http,90,5,3,2,1,100,17,4`);
    deepEqual(row && countsOf(row), { requests: 105, errors: 10, milliseconds: 17 });
  });

  it("are connections where it speaks TCP", () => {
    const [row] = serverRows(`${header}\nshop.smtp,shop.smtp-1,2,tcp,0,0,0,2,0,40,,1`);
    deepEqual(row && countsOf(row), { requests: 40, errors: 3, milliseconds: 0 });
  });

  it("are found in several answers, each with columns of its own", () => {
    const rows = serverRows(
      `${header}\nshop,shop-1,2,http\n\nNo such proxy.\n\n# type,svname\n2,x-1\n1,BACKEND\n`,
    );
    deepEqual(
      rows.map((row) => row("svname")),
      ["shop-1", "x-1"],
    );
  });
});

describe("a window", () => {
  it("has its own average, of averages that go back further", () => {
    // As HAProxy keeps it: of the last 512, roughly.
    let sum = 0;
    let requests = 0;
    const answers = (count: number, milliseconds: number) => {
      for (let each = 0; each < count; each++) {
        sum = sum - (sum + 511) / 512 + milliseconds;
        requests++;
      }
      return { requests, errors: 0, milliseconds: Math.round(sum / Math.min(requests, 512)) };
    };
    const first = answers(3000, 10);
    const last = answers(200, 300);
    const { milliseconds = 0 } = between(first, last);
    ok(Math.abs(milliseconds - 300) < 15, String(milliseconds));
    ok(last.milliseconds < 150, "the edge's own average lags behind");
  });

  it("is all that a server did whose edge was started again, which counts anew", () => {
    const server = (requests: number, errors: number): DealtServer => ({
      ...{ edge: "e", backend: "shop", name: "shop-1", address: "10.0.0.1:80", side: "fresh" },
      ...{ weight: 1, isDown: false, detail: "UP", counts: { requests, errors, milliseconds: 0 } },
    });
    const window = new CanaryWindow();
    for (const [requests, errors] of [
      [1000, 50],
      [1100, 55],
      [20, 1],
      [50, 2],
    ] as const)
      window.add([server(requests, errors)]);
    deepEqual(window.compared(), [
      { name: "shop", old: { requests: 0, errors: 0 }, fresh: { requests: 150, errors: 7 } },
    ]);
    const earlier = new Map([["shop", { requests: 900, errors: 1, milliseconds: 5 }]]);
    deepEqual(window.compared(earlier)[0]?.old, { requests: 900, errors: 1 });
  });

  it("is summed over servers, its times by their requests", () => {
    deepEqual(
      summed([
        { requests: 300, errors: 1, milliseconds: 10 },
        { requests: 100, errors: 0, milliseconds: 50 },
        { requests: 7, errors: 0 },
      ]),
      { requests: 407, errors: 1, milliseconds: 20 },
    );
  });

  it("ends in time where there was enough, and waits for it as long as declared", () => {
    const plan = { bakeSeconds: 30, patienceSeconds: 60 };
    deepEqual(
      [29, 30, 89, 90].map((seconds) => [momentOf(seconds, true, plan), momentOf(seconds, false, plan)]),
      [
        ["goesOn", "goesOn"],
        ["ends", "waits"],
        ["ends", "waits"],
        ["ends", "isTooQuiet"],
      ],
    );
    equal(momentOf(30, false, { bakeSeconds: 30, patienceSeconds: 0 }), "isTooQuiet");
  });
});
