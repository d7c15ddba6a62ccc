import { deepEqual } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { changed, hostKey, inFleet, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

const mailer = {
  layer: "catalog",
  command: ["mailer", "work"],
  ready: ["mailer", "ping"],
  uses: ["database"],
};
describe("Workers in the configuration", () => {
  it("have no port", () => {
    const { applications } = validate(changed(...inFleet("mailer", mailer)), surroundings);
    deepEqual(applications["mailer"]?.port, undefined);
    deepEqual(applications["mailer"]?.ready, ["mailer", "ping"]);
  });

  refuses(
    "what is said of requests",
    inFleet("mailer", {
      ...mailer,
      public: true,
      health: "/alive",
      healthHost: "a.example",
      healthStatus: 204,
    }),
    [
      "applications.mailer.health: expected nothing of requests for an application without a port, got /alive; add its port, or remove it",
      "applications.mailer.healthStatus: expected nothing of requests for an application without a port, got 204; add its port, or remove it",
      "applications.mailer.public: expected nothing of requests for an application without a port, got true; add its port, or remove it",
      "applications.mailer.healthHost: expected nothing of requests for an application without a port, got a.example; add its port, or remove it",
    ],
  );

  refuses("host names", inFleet("mailer", mailer, [["environment/hosts", { mailer: ["mail.example"] }]]), [
    "environment.hosts.mailer: expected host names of applications with a port, got those of a worker; remove it, or add a port",
  ]);

  refuses("readiness beside a port", inFleet("mailer", { ...mailer, port: 9 }), [
    'applications.mailer.ready: expected none beside a port, whose health path says it, got ["mailer","ping"]; remove it, or the port of a worker',
  ]);

  refuses(
    "two of them that say when they are ready in one box",
    inFleet("mailer", { layer: "catalog", ready: ["a"] }, [
      ["applications/other", { layer: "orders", ready: ["b"] }],
      ["fleets/mailer", { applications: ["mailer", "other"] }],
    ]),
    [
      "fleets.mailer.applications: expected one application with `ready` on its boxes, got mailer and other; give them fleets of their own",
    ],
  );

  refuses(
    "instances",
    inFleet("mailer", { layer: "catalog" }, [
      [
        "environment/aws",
        { region: "eu-central-1", zones: ["eu-central-1a", "eu-central-1b"], plainHttp: true },
      ],
      [
        "environment/fleets/mailer",
        { target: "hosts", hosts: { members: { a: { address: "10.0.0.5", hostKey } } } },
      ],
    ]),
    [
      "environment.fleets.mailer.target: expected containers, since mailer has no port, got hosts; choose another, or make a layer with a service that listens on a port",
    ],
  );

  refuses("an empty command", inFleet("mailer", { ...mailer, command: [] }), [
    "applications.mailer.command: expected at least 1 of them, got []; correct it",
  ]);
});
