import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { parseServerStates } from "../../fleets/edge/serverStates.ts";
import { firstRestarts, passedBefore, passedNow, sinceFirst } from "../../fleets/gate/restarts.ts";
import { imageCheck } from "../../fleets/gate/probe.ts";
import { describeBad, describeBox, isWell, judge, type BoxState } from "../../fleets/gate/verdict.ts";

const well: BoxState = {
  name: "shop-1",
  isNew: true,
  running: true,
  restarts: 0,
  exitCode: 0,
  checks: [{ application: "catalog", healthy: true, detail: "UP" }],
};
const unhealthy = { ...well, checks: [{ application: "catalog", healthy: false, detail: "DOWN L7STS 503" }] };
const crashed = { ...well, running: false, exitCode: 3 };
const restarted = { ...well, restarts: 1 };

describe("the health check that an image brings along", () => {
  const state = { Status: "running", Running: true, Restarting: false, ExitCode: 0, StartedAt: "", Pid: 1 };
  const checks = (Health?: { Status: string; Log?: { Output: string }[] | null }) =>
    imageCheck({ State: { ...state, ...(Health && { Health }) } });
  const application = "its image's health check";

  it("is none where the image has none, or it was switched off", () => {
    deepEqual([checks(), checks({ Status: "none", Log: null })], [[], []]);
  });

  it("must be passed, and says why it is not", () => {
    deepEqual(checks({ Status: "starting", Log: [] }), [{ application, healthy: false, detail: "starting" }]);
    deepEqual(checks({ Status: "unhealthy", Log: [{ Output: "a\nno answer\n" }] }), [
      { application, healthy: false, detail: "unhealthy: no answer" },
    ]);
    deepEqual(checks({ Status: "healthy", Log: [{ Output: "" }] }), [
      { application, healthy: true, detail: "healthy" },
    ]);
  });
});

describe("the gate", () => {
  it("waits while a box is not healthy, and forgets what was before", () => {
    deepEqual(judge([well, unhealthy], { healthySince: 1000 }, 9000, 3), ["wait", {}]);
  });

  it("passes once all boxes have been healthy for the steady time, and not before", () => {
    deepEqual(judge([well, well], {}, 1000, 3), ["wait", { healthySince: 1000 }]);
    deepEqual(judge([well, well], { healthySince: 1000 }, 3999, 3), ["wait", { healthySince: 1000 }]);
    deepEqual(judge([well, well], { healthySince: 1000 }, 4000, 3), ["pass", { healthySince: 1000 }]);
  });

  it("passes at once without a steady time", () => {
    equal(judge([well], {}, 1000, 0)[0], "pass");
  });

  for (const [what, state] of [
    ["has stopped", crashed],
    ["was started again", restarted],
  ] as const) {
    it(`fails when a box ${what}, even late in the steady time`, () => {
      equal(judge([well, state], { healthySince: 0 }, 10_000, 3)[0], "fail");
      equal(isWell(state), false);
    });
  }

  it("counts restarts from its first look on: one that was days ago is none", () => {
    const first = firstRestarts([well, { ...restarted, name: "shop-2" }]);
    const looks = (restarts: number) =>
      sinceFirst([well, { ...restarted, name: "shop-2", restarts }], first).map((box) => box.restarts);
    deepEqual(looks(1), [0, 0]);
    deepEqual(looks(3), [0, 2]);
    // The engine was started anew, and counts from 0.
    deepEqual(looks(0), [0, 0]);
    deepEqual(sinceFirst([restarted], new Map()), [restarted]);
  });

  it("waits for a box that has passed before, and restarts for a reason of its own", () => {
    const old = { ...well, name: "shop-2", isNew: false };
    for (const seen of [
      { ...old, running: false },
      { ...old, ...unhealthy, isNew: false },
    ])
      deepEqual(judge([well, seen], { healthySince: 1000 }, 9000, 3), ["wait", {}]);
    equal(judge([well, { ...old, restarts: 1 }], { healthySince: 0 }, 9000, 3)[0], "pass");
    equal(describeBox({ ...old, restarts: 1 }), "shop-2 runs; catalog: UP");
  });

  it("knows which boxes have passed by what it printed", () => {
    const boxes = { "shop-2": "b", "shop-1": "a" };
    equal(passedNow(boxes), '["a","b"]');
    deepEqual(passedBefore(passedNow(boxes)), new Set(["a", "b"]));
    // The first run, and those of before it printed anything.
    for (const printed of [undefined, "", "{}", "3 boxes"]) deepEqual(passedBefore(printed), new Set());
  });

  it("takes a box without checks for well while it runs", () => {
    equal(isWell({ ...well, checks: [] }), true);
  });

  it("never passes unless every look of the steady time was good", () => {
    const looks = fc.array(fc.boolean(), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(looks, fc.integer({ min: 0, max: 10 }), (healthy, steadySeconds) => {
        let progress = {};
        healthy.forEach((isHealthy, second) => {
          const [verdict, next] = judge(
            [isHealthy ? well : unhealthy],
            progress,
            second * 1000,
            steadySeconds,
          );
          const recent = healthy.slice(Math.max(0, second - steadySeconds), second + 1);
          const steady = recent.length > steadySeconds && recent.every(Boolean);
          equal(verdict, steady ? "pass" : "wait");
          progress = next;
        });
      }),
    );
  });

  it("tells of a box what it does and what each check says", () => {
    equal(describeBox(unhealthy), "shop-1 runs; catalog: DOWN L7STS 503");
    equal(describeBox(crashed), "shop-1 stopped with exit code 3, started again 0 times; catalog: UP");
  });

  it("tells of a bad box how its log ends, and that boxes are read-only where it says so", () => {
    const head = "shop-1 runs; catalog: DOWN L7STS 503\n  last lines of its log:\n    ";
    equal(describeBad(unhealthy, "one\ntwo"), `${head}one\n    two`);
    equal(
      describeBad(unhealthy, "mkdir: cannot create directory '/var/spool/a': Read-only file system"),
      `${head}mkdir: cannot create directory '/var/spool/a': Read-only file system\n  boxes are read-only: name the folders that it writes in volatile (lost with the box) or in volumes`,
    );
  });
});

describe("HAProxy's statistics", () => {
  const header = "# pxname,svname,status,check_status,check_code,last_chk,check_desc,addr,type,mode,scur,";
  const rows = [
    "catalog,FRONTEND,OPEN,,,,,,0,http,",
    "catalog,catalog-1,UP,L7OK,200,OK,Layer7 check passed,172.18.0.4:8081,2,http,3,",
    'catalog,catalog-2,DOWN,L7STS,503,"Service ""A"", no",Layer7 wrong status,172.18.0.5:8081,2,http,',
    "catalog,catalog-3,MAINT (resolution),,,,,,2,http,",
    "catalog,catalog-4,UP 1/2,L4CON,,,Layer4 connection problem,172.18.0.6:8081,2,http,0,",
    "catalog,host-a,DRAIN,* L7OK,200,OK,Layer7 check passed,10.0.0.5:8081,2,http,1,",
    "catalog,BACKEND,UP,,,,,,1,http,",
  ];

  it("tell the state of every server, and of nothing else", () => {
    deepEqual(parseServerStates([header, ...rows, "", ""].join("\n")), [
      {
        backend: "catalog",
        name: "catalog-1",
        address: "172.18.0.4:8081",
        healthy: true,
        checked: true,
        sessions: 3,
        detail: "UP L7OK 200 OK",
      },
      {
        backend: "catalog",
        name: "catalog-2",
        checked: false,
        sessions: 0,
        address: "172.18.0.5:8081",
        healthy: false,
        detail: 'DOWN L7STS 503 Service "A", no',
      },
      {
        backend: "catalog",
        name: "catalog-3",
        address: "",
        healthy: false,
        checked: false,
        sessions: 0,
        detail: "MAINT (resolution)",
      },
      {
        backend: "catalog",
        name: "catalog-4",
        checked: false,
        sessions: 0,
        address: "172.18.0.6:8081",
        healthy: true,
        detail: "UP 1/2 L4CON Layer4 connection problem",
      },
      {
        backend: "catalog",
        name: "host-a",
        address: "10.0.0.5:8081",
        healthy: false,
        checked: true,
        sessions: 1,
        detail: "DRAIN * L7OK 200 OK",
      },
    ]);
  });

  it("are found by column names, wherever those stand", () => {
    const csv = "# type,addr,status,pxname\n2,10.0.0.1:80,DOWN,web\n";
    deepEqual(parseServerStates(csv), [
      {
        backend: "web",
        name: "",
        address: "10.0.0.1:80",
        healthy: false,
        checked: false,
        sessions: 0,
        detail: "DOWN",
      },
    ]);
  });

  it("of an answer that is none are none", () => {
    deepEqual(parseServerStates(""), []);
  });
});
