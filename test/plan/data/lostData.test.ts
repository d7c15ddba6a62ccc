import { deepEqual, equal } from "node:assert/strict";
import { formatProblem } from "../../../config/problem.ts";
import type { ExportedState } from "../../../plan/data/heldData.ts";
import { lostData } from "../../../plan/data/lostData.ts";
import { configured, stateAfter, type Written } from "./fixture.ts";

const key = "arn:aws:kms:eu-central-1:000000000000:key/1";
const north = { address: "10.0.0.5", hostKey: "ssh-ed25519 AAAA" };
const aws = { region: "eu-central-1", zones: ["eu-central-1a", "eu-central-1b"] };
const stateful = (boxes = 2, more: object = {}) => ({
  ...{ target: "instances", stateful: true, boxes },
  instances: { data: { path: "/data", ...more } },
});

const here: Written = { accessories: { database: {} }, environment: { accessories: { database: {} } } };
const onNorth: Written = { ...here, environment: { accessories: { database: {} }, engines: { north } } };
const search: Written = {
  fleets: { search: {} },
  environment: { aws, fleets: { search: stateful() } },
};

/** The problem lines of an update from one configuration to another. */
function lines(before: Written, after: Written): string[] {
  return lostData(stateAfter(configured(before)), configured(after)).map(formatProblem);
}

const files: Written = {
  fleets: { shop: {} },
  volumes: ["uploads"],
  environment: { fleets: { shop: {} } },
};

const moveFirst = "put it back, or move the data first (docs/fleets.md, Data that stays)";
const moveTo = (place: string) =>
  `put it back, or run npm run move -- database --to ${place} (docs/fleets.md, Data that stays)`;
const since = (owner: string, volumes: string) => `since the data of ${owner} is there (${volumes})`;
const ofDatabase = since("database", "database-data-1a2b3c4");
const ofSearch = since("search", "vol-search1, vol-search2");
const back = (renamed: string) =>
  `put it back; or, if it has another name now, say ${renamed}; or give the data up (docs/fleets.md, Data that stays)`;

/** Every way to take data away, as a change of an environment that has it. */
const losses: [what: string, before: Written, after: Written, expected: string[]][] = [
  ...(
    [
      ["a named volume that no application has any more", { ...files, volumes: [] }],
      ["that of an application that runs no more", { ...files, environment: {} }],
      [
        "that of an application that is in no container",
        { ...files, environment: { fleets: { shop: { target: "hosts" } } } },
      ],
    ] as [string, Written][]
  ).map(([what, after]): [string, Written, Written, string[]] => [
    ...([what, files, after] as const),
    [
      `applications.APPLICATION.volumes.uploads: expected it in an application that runs in containers here, ${since("uploads", "uploads-shared-1a2b3c4")}, got nothing; put it back; or give the data up (docs/fleets.md, Data that stays)`,
    ],
  ]),
  [
    "a named volume whose boxes go to another engine",
    files,
    { ...files, environment: { fleets: { shop: {} }, engines: { north } } },
    [
      `environment.engines: expected none, ${since("uploads", "uploads-shared-1a2b3c4")}, got north; ${moveFirst}`,
    ],
  ],
  [
    "an accessory that is gone",
    here,
    { environment: {} },
    [
      `environment.accessories.database: expected it, ${ofDatabase}, got nothing; ${back("accessories.NEW.renamedFrom: database")}`,
    ],
  ],
  [
    "an accessory of another name, and what would say so",
    here,
    { accessories: { db: {}, cache: {} }, environment: { accessories: { db: {}, cache: {} } } },
    [
      `environment.accessories.database: expected it, ${ofDatabase}, got nothing; ${back("accessories.db.renamedFrom: database or accessories.cache.renamedFrom: database")}`,
    ],
  ],
  [
    "an accessory whose successor has begun with data of its own",
    { environment: { accessories: { database: {}, db: {} } } },
    { accessories: { db: { renamedFrom: "database" } }, environment: { accessories: { db: {} } } },
    [
      `environment.accessories.database: expected it, ${ofDatabase}, got db, which has data of its own; ${back("accessories.NEW.renamedFrom: database")}`,
    ],
  ],
  [
    "an accessory that runs elsewhere",
    here,
    { ...here, environment: { accessories: { database: { address: "db.example" } } } },
    [`environment.accessories.database.address: expected none, ${ofDatabase}, got db.example; ${moveFirst}`],
  ],
  [
    "an accessory that runs elsewhere by another name",
    here,
    {
      accessories: { db: { renamedFrom: "database" } },
      environment: { accessories: { db: { address: "db.example" } } },
    },
    [
      `environment.accessories.db.address: expected none, ${since("db", "database-data-1a2b3c4")}, got db.example; ${moveFirst}`,
    ],
  ],
  [
    "an accessory on another machine",
    here,
    onNorth,
    [`environment.engines: expected none, ${ofDatabase}, got north; ${moveTo("north")}`],
  ],
  [
    "an accessory on this machine again",
    onNorth,
    here,
    [`environment.engines.north: expected it, ${ofDatabase}, got this machine's engine; ${moveTo("here")}`],
  ],
  [
    "an accessory on a machine of another name",
    onNorth,
    { ...here, environment: { accessories: { database: {} }, engines: { south: north } } },
    [`environment.engines.north: expected it, ${ofDatabase}, got south; ${moveTo("south")}`],
  ],
  [
    "an accessory on another machine of the same name",
    onNorth,
    {
      ...here,
      environment: { accessories: { database: {} }, engines: { north: { ...north, address: "10.0.0.6" } } },
    },
    [
      `environment.engines.north: expected ssh://10.0.0.5:22, ${ofDatabase}, got ssh://10.0.0.6:22; ${moveTo("north")}`,
    ],
  ],
  [
    "an accessory beside fleets that have nothing beside them",
    here,
    {
      ...here,
      environment: { accessories: { database: {} }, fleets: { shop: { target: "beanstalk" } } },
    },
    [`environment.fleets: expected containers beside it, ${ofDatabase}, got beanstalk alone; ${moveFirst}`],
  ],
  [
    "a stateful fleet that is gone, with all its volumes in one line",
    search,
    { environment: { aws } },
    [
      `environment.fleets.search: expected it, ${ofSearch}, got nothing; ${back("fleets.NEW.renamedFrom: search")}`,
    ],
  ],
  [
    "a stateful fleet of another name",
    search,
    { fleets: { find: {} }, environment: { aws, fleets: { find: stateful(), web: {} } } },
    [
      `environment.fleets.search: expected it, ${ofSearch}, got nothing; ${back("fleets.find.renamedFrom: search")}`,
    ],
  ],
  [
    "a stateful fleet that becomes containers",
    search,
    { ...search, environment: { aws, fleets: { search: {} } } },
    [`environment.fleets.search.target: expected instances, ${ofSearch}, got containers; ${moveFirst}`],
  ],
  [
    "a fleet that keeps data no more",
    search,
    { ...search, environment: { aws, fleets: { search: { target: "instances", boxes: 2 } } } },
    [`environment.fleets.search.stateful: expected true, ${ofSearch}, got false; ${moveFirst}`],
  ],
  [
    "a box less",
    { ...search, environment: { aws, fleets: { search: stateful(3) } } },
    search,
    [
      `environment.fleets.search.boxes: expected at least 3, ${since("box 3 of search", "vol-search3")}, got 2; ${moveFirst}`,
    ],
  ],
  [
    "another region",
    search,
    {
      ...search,
      environment: {
        aws: { region: "eu-west-1", zones: ["eu-west-1a", "eu-west-1b"] },
        fleets: { search: stateful() },
      },
    },
    [`environment.aws.region: expected eu-central-1, ${ofSearch}, got eu-west-1; ${moveFirst}`],
  ],
  [
    "zones in another order",
    search,
    {
      ...search,
      environment: { aws: { ...aws, zones: aws.zones.toReversed() }, fleets: { search: stateful() } },
    },
    [
      `environment.aws.zones[0]: expected eu-central-1a, ${since("box 1 of search", "vol-search1")}, got eu-central-1b; ${moveFirst}`,
      `environment.aws.zones[1]: expected eu-central-1b, ${since("box 2 of search", "vol-search2")}, got eu-central-1a; ${moveFirst}`,
    ],
  ],
  [
    "another key",
    search,
    { ...search, environment: { aws: { ...aws, encryptionKey: key }, fleets: { search: stateful() } } },
    [`environment.aws.encryptionKey: expected nothing, ${ofSearch}, got ${key}; ${moveFirst}`],
  ],
];

describe("data that an update would take away", () => {
  for (const [what, before, after, expected] of losses)
    it(`is ${what}`, () => {
      deepEqual(lines(before, after), expected);
    });

  it("is told all at once", () => {
    const environment = { aws, accessories: { database: {} }, fleets: { search: stateful() } };
    equal(lines({ ...here, ...search, environment }, { environment: { aws } }).length, 2);
  });

  it("is none that is not protected in the state, whatever the configuration says of it", () => {
    const given = { environment: { accessories: { database: { protect: false } } } };
    deepEqual(lines(given, { environment: {} }), []);
    const unprotected = {
      environment: { aws, fleets: { search: stateful(2, { protect: false }) } },
    };
    deepEqual(lines(unprotected, { environment: { aws } }), []);
    equal(lines(here, { ...here, environment: { accessories: {} } }).length, 1);
  });

  it("is not what waits to be removed, nor what is protected and no data, nor anything of no state", () => {
    const { deployment } = stateAfter(configured(here));
    const [volume] = deployment?.resources ?? [];
    const state = (more: object): ExportedState => ({ deployment: { resources: [{ ...volume!, ...more }] } });
    const nothing = configured({ environment: {} });
    deepEqual(lostData(state({ delete: true }), nothing), []);
    deepEqual(lostData(state({ urn: "urn:pulumi:dev::p::docker:index/volume:Volume::mine" }), nothing), []);
    for (const none of [{}, { deployment: null }, { deployment: {} }, { deployment: { resources: null } }])
      deepEqual(lostData(none, nothing), []);
  });
});

describe("data that stays", () => {
  const stays: [what: string, before: Written, after: Written][] = [
    [
      "an accessory's by its former name",
      here,
      { accessories: { db: { renamedFrom: "database" } }, environment: { accessories: { db: {} } } },
    ],
    [
      "an accessory's by its former name, on another machine's engine",
      onNorth,
      {
        accessories: { db: { renamedFrom: "database" } },
        environment: { accessories: { db: {} }, engines: { north } },
      },
    ],
    [
      "a stateful fleet's by its former name",
      search,
      {
        fleets: { find: { renamedFrom: "search" } },
        environment: { aws, fleets: { find: stateful() } },
      },
    ],
    ["what gets more boxes", search, { ...search, environment: { aws, fleets: { search: stateful(5) } } }],
    [
      "what is in zones that AWS alone knows",
      search,
      {
        ...search,
        environment: {
          aws: { region: aws.region, network: { vpc: "vpc-1", publicSubnets: [], privateSubnets: [] } },
          fleets: { search: stateful() },
        },
      },
    ],
    [
      "an accessory's under another version of the plugin, another login's options, and other settings",
      onNorth,
      {
        ...here,
        environment: {
          accessories: { database: { memory: "1 GiB", update: true } },
          engines: { north: { ...north, hostKey: "ssh-ed25519 BBBB", privateKey: "~/.ssh/other" } },
        },
      },
    ],
  ];
  for (const [what, before, after] of stays)
    it(`is ${what}`, () => {
      deepEqual(lines(before, after), []);
    });
});
