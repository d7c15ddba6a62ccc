import { deepEqual } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { environmentPlan } from "../../plan/environment/plan.ts";
import { targetOf } from "../fleets/around.ts";
import { changed, hostKey, inFleet, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

const orders = "applications/orders";
const uploads = [`${orders}/volumes`, { uploads: "/srv/uploads" }] as const;
const boxes = (...changes: readonly (readonly [path: string, value: unknown])[]) => {
  const { fleets, volumes } = targetOf(
    environmentPlan(validate(changed(...changes), surroundings)),
    "containers",
  );
  return { volumes, mounts: Object.fromEntries(fleets.map((each) => [each.name, each.volumes])) };
};

describe("Volumes that applications share", () => {
  it("are none where none are named", () => {
    deepEqual(boxes(), { volumes: [], mounts: { shop: undefined, orders: undefined } });
    deepEqual(boxes([`${orders}/volumes`, {}]).mounts["orders"], undefined);
  });

  it("are in all boxes whose applications name them, each made once, protected unless the environment gives it up", () => {
    const given = boxes(
      [`${orders}/volumes`, { uploads: "/srv/uploads", cache: { path: "/srv/cache" } }],
      ["applications/catalog/volumes", { uploads: { path: "/media", readOnly: true } }],
      ["environment/volumes", { cache: { protect: false } }],
    );
    deepEqual(given, {
      volumes: [
        { name: "cache", protect: false },
        { name: "uploads", protect: true },
      ],
      mounts: {
        shop: [{ volume: "uploads", path: "/media", readOnly: true }],
        orders: [
          { volume: "cache", path: "/srv/cache", readOnly: false },
          { volume: "uploads", path: "/srv/uploads", readOnly: false },
        ],
      },
    });
  });

  it("may be written in a box where one of its applications writes them", () => {
    const { mounts } = boxes(
      ["fleets", { shop: { applications: ["catalog", "orders"] } }],
      ["environment/fleets", { shop: {} }],
      ["applications/catalog/volumes", { uploads: { path: "/srv/uploads", readOnly: true } }],
      uploads,
    );
    deepEqual(mounts["shop"], [{ volume: "uploads", path: "/srv/uploads", readOnly: false }]);
  });

  refuses(
    "no folder, the root, what is volatile, and what nobody has",
    [
      [
        `${orders}/volumes`,
        { root: "/", memory: "/cache/", more: { path: "/exec" }, good: "/run", uplaods: "/srv" },
      ],
      [`${orders}/volatile`, ["/cache", "/exec:exec"]],
      ["environment/volumes", { uploads: {} }],
    ],
    [
      "applications.orders.volumes.memory: expected a folder for it alone, got /cache/, which is volatile; name another folder",
      "applications.orders.volumes.more: expected a folder for it alone, got /exec, which is volatile; name another folder",
      "applications.orders.volumes.root: expected a folder for it alone, got the root; name another folder",
      "environment.volumes.uploads: expected a volume of an application, got uploads; did you mean uplaods?",
    ],
  );

  refuses(
    "two of them at one place in a box",
    [
      ["fleets", { shop: { applications: ["catalog", "orders"] } }],
      ["environment/fleets", { shop: {} }],
      ["applications/catalog/volumes", { media: "/srv/uploads" }],
      uploads,
    ],
    [
      "applications.orders.volumes.uploads: expected another folder than media of catalog on the same box, got /srv/uploads; name one, or one volume",
    ],
  );

  const engine = (address: string) => ({ address, hostKey });
  refuses(
    "several engines, each with disks of its own",
    [
      uploads,
      ["environment/accessories/database", { address: "db.example" }],
      ["environment/engines", { north: engine("10.0.0.5"), south: engine("10.0.0.6") }],
    ],
    [
      "environment.engines: expected one engine at most, since orders has volumes, got north, south; keep the files in an accessory that all ask (a store that speaks S3), or leave one engine",
    ],
  );

  refuses(
    "boxes that are no containers",
    inFleet("files", { layer: "catalog", port: 9, volumes: { uploads: "/srv/uploads" } }, [
      ["environment/fleets/files", { target: "hosts", hosts: { inventory: "hosts.yml" } }],
    ]),
    [
      "environment.fleets.files.target: expected containers, since files has volumes, got hosts; choose another, or make a layer with a service that listens on a port",
      "environment.fleets.files.hosts.inventory: expected a file of the project, got hosts.yml; create it or correct the path",
    ],
  );
});
