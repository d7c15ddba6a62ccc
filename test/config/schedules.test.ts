import { deepEqual } from "node:assert/strict";
import { parseCalendar } from "../../config/calendar.ts";
import { validate } from "../../config/read/validate.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { targetOf } from "../fleets/around.ts";
import { changed, inFleet, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

const nightly = { command: ["report", "--all"], at: "0 3 * * *" };
const declared = [
  "applications/orders/schedules",
  { nightly, hourly: { ...nightly, at: "hourly" } },
] as const;
const planOf = (...changes: readonly (readonly [path: string, value: unknown])[]) =>
  targetOf(environmentPlan(validate(changed(...changes), surroundings)), "containers");

describe("schedules", () => {
  it("are none where none are named", () => {
    deepEqual(planOf().schedules, undefined);
    deepEqual(planOf(["applications/orders/schedules", {}]).schedules, undefined);
  });

  it("are run by a box of their own, of the same image, told the same, with a protected volume for what is noted", () => {
    const {
      fleets,
      schedules = [],
      volumes,
    } = planOf(
      declared,
      ["applications/orders/volumes", { uploads: "/srv/uploads" }],
      ["environment/fleets/orders", { boxes: 3, memory: "128 MiB" }],
    );
    const orders = fleets.find(({ name }) => name === "orders");
    const usual = { timeZone: "UTC", timeoutSeconds: 3600, overlap: "skip", startWithinSeconds: 300 };
    deepEqual(schedules, [
      {
        ...{ name: "orders-schedules", application: "orders", uses: ["database"] },
        ...{ chain: orders?.chain, told: orders?.told, gate: orders?.gate },
        limits: { ...orders?.limits, init: "foreground" },
        schedules: [
          { ...nightly, ...usual, name: "hourly", at: "hourly", calendar: parseCalendar("0 * * * *") },
          { ...nightly, ...usual, name: "nightly", calendar: parseCalendar("0 3 * * *") },
        ],
        volumes: [
          { volume: "uploads", path: "/srv/uploads", readOnly: false },
          { volume: "orders-schedules", path: "/var/lib/fleet-schedules", readOnly: false },
        ],
      },
    ]);
    deepEqual(volumes, [
      { name: "orders-schedules", protect: true },
      { name: "uploads", protect: true },
    ]);
  });

  it("have a volume that the environment may give up", () => {
    const { volumes } = planOf(declared, ["environment/volumes", { "orders-schedules": { protect: false } }]);
    deepEqual(volumes, [{ name: "orders-schedules", protect: false }]);
  });

  refuses(
    "times that are none or never come, and unknown time zones",
    [
      [
        "applications/orders/schedules",
        {
          a: { ...nightly, at: "at night" },
          b: { ...nightly, at: "0 0 30 2 *" },
          c: { ...nightly, at: "0 24 * * *" },
          d: { ...nightly, timeZone: "Europe/Berlln" },
          e: { ...nightly, timeZone: "+01:00" },
        },
      ],
    ],
    [
      'applications.orders.schedules.a.at: expected a cron expression of five fields, or a calendar form of systemd\'s, of a time that comes, got "at night", which is neither; correct it, such as 0 3 * * * or Mon *-*-* 03:00',
      'applications.orders.schedules.b.at: expected a cron expression of five fields, or a calendar form of systemd\'s, of a time that comes, got "0 0 30 2 *", a day that never comes; correct it, such as 0 3 * * * or Mon *-*-* 03:00',
      'applications.orders.schedules.c.at: expected a cron expression of five fields, or a calendar form of systemd\'s, of a time that comes, got "0 24 * * *": Constraint error, got value 24 expected range 0-23; correct it, such as 0 3 * * * or Mon *-*-* 03:00',
      "applications.orders.schedules.d.timeZone: expected a time zone by its IANA name, got Europe/Berlln; name one, such as Europe/Berlin or UTC",
      "applications.orders.schedules.e.timeZone: expected a time zone by its IANA name, got +01:00; name one, such as Europe/Berlin or UTC",
    ],
  );

  refuses(
    "names that their box and volume have",
    inFleet("orders-schedules", { layer: "catalog", port: 9 }, [
      declared,
      ["applications/orders/volumes", { "orders-schedules": "/srv/notes" }],
    ]),
    [
      "fleets.orders-schedules: expected another name than orders-schedules, which the schedules of orders have, got orders-schedules; call it otherwise",
      "applications.orders.volumes.orders-schedules: expected another name than orders-schedules, which the schedules of orders have, got orders-schedules; call it otherwise",
    ],
  );

  refuses(
    "boxes that are no containers",
    inFleet("files", { layer: "catalog", port: 9, schedules: { nightly } }, [
      ["environment/fleets/files", { target: "hosts", hosts: { inventory: "hosts.yml" } }],
    ]),
    [
      "environment.fleets.files.target: expected containers, since files has schedules, got hosts; choose another, or make a layer with a service that listens on a port",
      "environment.fleets.files.hosts.inventory: expected a file of the project, got hosts.yml; create it or correct the path",
    ],
  );
});
