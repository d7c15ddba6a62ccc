import { deepEqual } from "node:assert/strict";
import { validate } from "../../config/read/validate.ts";
import { changed, hostKey, inFleet, surroundings } from "./fixture.ts";
import { refuses } from "./refuses.ts";

const digest = `sha256:${"a1".repeat(32)}`;
const image = `registry.example/team/shop:1.4@${digest}`;
const shop = { image, port: 3000 };
describe("Existing images in the configuration", () => {
  it("are layers of their own, which whoever has the same image shares", () => {
    const input = changed(
      ...inFleet("store", shop),
      ["applications/jobs", { of: "store", command: ["jobs"] }],
      ["applications/reports", { of: "catalog", command: ["reports"] }],
      ["accessories/redis", { image, port: 6379, volume: "/data", ready: ["redis-cli", "ping"] }],
    );
    const { applications, accessories, layers } = validate(input, surroundings);
    deepEqual(
      Object.entries({ ...applications, ...accessories }).map(([name, { layer }]) => [name, layer]),
      [
        ["catalog", "catalog"],
        ["orders", "orders"],
        ["store", "image-store"],
        ["jobs", "image-store"],
        ["reports", "catalog"],
        ["database", "postgresql"],
        ["redis", "image-redis"],
      ],
    );
    const made = { roles: [], variables: {}, files: [], machineOnly: false };
    deepEqual(layers["image-store"], { ...made, image });
  });

  it("are given files of the project, which make another layer of them", () => {
    const files = { "/etc/shop": "apps/fleetbox" };
    const { layers } = validate(changed(...inFleet("store", { ...shop, files })), surroundings);
    deepEqual([layers["image-store"]?.places, layers["catalog"]?.places], [files, undefined]);
  });

  refuses(
    "files that are not there, or have no image or place of their own",
    [
      ...inFleet("store", { ...shop, files: { "/": "apps/fleetbox", "/etc/shop.conf": "conf/none" } }),
      ["applications/orders/files", { "/etc/orders": "apps/fleetbox" }],
      ["applications/jobs", { of: "store", command: ["jobs"], files: { "/etc/jobs": "apps/fleetbox" } }],
    ],
    [
      "applications.orders.files: expected none without an image of its own, got /etc/orders; have a role bring them, or name them where the image stands",
      'applications.store.files["/"]: expected a place in the image, got /; name a folder or a file',
      'applications.store.files["/etc/shop.conf"]: expected a file or folder of the project, got conf/none; create it or correct the path',
      "applications.jobs.files: expected none without an image of its own, got /etc/jobs; have a role bring them, or name them where the image stands",
    ],
  );

  refuses(
    "a tag, with the command that pins it",
    inFleet("store", { ...shop, image: "registry.example/team/shop:1.4" }),
    [
      "applications.store.image: expected an image pinned by its digest (name@sha256:…), got registry.example/team/shop:1.4; npm run pin -- store registry.example/team/shop:1.4 writes it",
    ],
  );

  refuses("a digest that is none", inFleet("store", { ...shop, image: "shop@sha256:12" }), [
    "applications.store.image: expected an image pinned by its digest (name@sha256:…), got shop@sha256:12; npm run pin -- store shop writes it",
  ]);

  refuses(
    "nothing to run, and too much",
    [
      ["applications/catalog/image", image],
      ["accessories/database/layer", undefined],
    ],
    [
      "applications.catalog: expected one of layer, image and of, got layer and image; keep one",
      "accessories.database: expected one of layer and image, got none; say what its boxes run",
    ],
  );

  refuses(
    "the image of nobody, and of who has none of its own",
    [
      ["applications/a", { of: "catalogue", port: 1 }],
      ["applications/b", { of: "c", port: 2 }],
      ["applications/c", { of: "catalog", port: 3 }],
      ["applications/d", { of: "d", port: 4 }],
    ],
    [
      "applications.a.of: expected a known application, got catalogue; did you mean catalog?",
      "applications.b.of: expected an application with a layer or an image of its own, got c, which is of catalog; name catalog",
      "applications.d.of: expected an application with a layer or an image of its own, got its own name; name another",
    ],
  );

  refuses(
    "a layer of the name by which it is known",
    inFleet("store", shop, [["layers/image-store", { on: "base", roles: ["base"] }]]),
    [
      "layers.image-store: expected another name, since the image of store is known by this one, got image-store; rename it",
    ],
  );

  refuses(
    "a layer on top of it, which nobody wrote",
    inFleet("store", shop, [["layers/orders/on", "image-store"]]),
    [
      "layers.orders.on: expected a known layer, got image-store; use one of base, python, orders, catalog, kernel, postgresql, haproxy",
    ],
  );

  refuses(
    "company on its boxes, and systemd",
    inFleet("store", shop, [
      ["fleets/store", { applications: ["store", "jobs"], init: "systemd" }],
      ["applications/jobs", { layer: "catalog", port: 9 }],
    ]),
    [
      "fleets.store.applications: expected store alone on its boxes, since it runs an existing image, got store, jobs; give each a fleet of its own",
      "fleets.store.init: expected foreground, since store runs an existing image, got systemd; remove it",
    ],
  );

  refuses(
    "a command of its own beside another application",
    inFleet("store", { layer: "catalog", port: 9, command: ["serve"] }, [
      ["fleets/store", { applications: ["store", "jobs"] }],
      ["applications/jobs", { layer: "catalog", port: 10 }],
    ]),
    [
      "fleets.store.applications: expected store alone on its boxes, since it has a command of its own, got store, jobs; give each a fleet of its own",
    ],
  );

  refuses(
    "boxes that are no containers",
    inFleet("store", shop, [
      [
        "environment/fleets/store",
        { target: "hosts", hosts: { members: { a: { address: "10.0.0.5", hostKey } } } },
      ],
    ]),
    [
      "environment.fleets.store.target: expected containers, since store runs an existing image, got hosts; choose another, or make a layer with a service that listens on a port",
    ],
  );

  refuses(
    "machine images of it",
    inFleet("store", shop, [["environment/machineImages", { region: "eu-central-1", fleets: ["store"] }]]),
    [
      "environment.machineImages.fleets: expected fleets that machines can run, got store, whose store runs an existing image; name the others alone",
    ],
  );

  refuses("a layer that holds it", inFleet("store", shop, [["layers/kernel/holds", ["store"]]]), [
    "layers.kernel.holds[0]: expected an application that a machine can run, got store, which runs an existing image; remove it",
    "layers.kernel.roles: expected the role contained beside holds, got none; add it to roles",
  ]);
});
