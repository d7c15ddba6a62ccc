import { refuses } from "./refuses.ts";

const layers = "base, python, orders, catalog, kernel, postgresql, haproxy";

describe("an environment that does not fit its topology is refused", () => {
  refuses(
    "a fleet that is not described",
    [["environment/fleets/shp", {}]],
    ["environment.fleets.shp: expected a known fleet, got shp; did you mean shop?"],
  );
  refuses(
    "fleets where none is described",
    [
      ["fleets", {}],
      ["environment/fleets", { shop: {} }],
    ],
    ["environment.fleets.shop: expected a known fleet, got shop; there is none: add it, or remove this"],
  );
  refuses(
    "an accessory that is not described",
    [["environment/accessories/cache", {}]],
    ["environment.accessories.cache: expected a known accessory, got cache; use one of database"],
  );
  refuses(
    "an accessory that is used but does not run",
    [["environment/accessories", undefined]],
    [
      "environment.accessories.database: expected the accessory that orders uses, got nothing; add database: {}",
    ],
  );
  refuses(
    "an edge of no layer",
    [["environment/edge/layer", "nginx"]],
    [`environment.edge.layer: expected a known layer, got nginx; use one of ${layers}`],
  );
  refuses(
    "host names of nobody",
    [["environment/hosts", { catlog: ["a.example"] }]],
    ["environment.hosts.catlog: expected a known application, got catlog; did you mean catalog?"],
  );
  refuses(
    "a host name of two applications",
    [["environment/hosts", { catalog: ["a.example"], orders: ["b.example", "a.example"] }]],
    ["environment.hosts.orders[1]: expected each name once, got a.example; remove the second"],
  );
  refuses(
    "a second public application that no host name leads to",
    [["applications/orders/public", true]],
    [
      "environment.hosts.orders: expected host names of orders, since catalog is public too, got nothing; add them",
    ],
  );
  refuses(
    "a secret that nobody sets",
    [["environment/fleets/shop/environment/TOKEN", "Bearer ${secret:tokn}"]],
    [
      "environment.fleets.shop.environment.TOKEN: expected a known secret, got tokn; set it by npm run secrets -- set tokn --stack STACK, or list it in environment.generatedSecrets",
    ],
  );
  refuses(
    "what an unknown application needs",
    [["environment/applications", { catlog: {} }]],
    ["environment.applications.catlog: expected a known application, got catlog; did you mean catalog?"],
  );
  refuses(
    "a secret of an application that nobody sets",
    [["environment/applications", { orders: { environment: { TOKEN: "${secret:tokn}" } } }]],
    [
      "environment.applications.orders.environment.TOKEN: expected a known secret, got tokn; set it by npm run secrets -- set tokn --stack STACK, or list it in environment.generatedSecrets",
    ],
  );
  refuses(
    "applications of one box that want a variable to be different",
    [
      ["fleets/shop/applications", ["catalog", "orders"]],
      ["fleets/orders", undefined],
      ["environment/fleets/orders", undefined],
      ["environment/applications/catalog", { environment: { LEVEL: 1, PLACE: "here" } }],
      ["environment/applications/orders", { environment: { LEVEL: 2, PLACE: "here" } }],
    ],
    [
      "environment.applications.orders.environment.LEVEL: expected one value on the boxes of shop, got another than that of catalog; set it in environment.fleets.shop.environment, or give one of them a fleet of its own",
    ],
  );
  refuses(
    "a secret generated twice",
    [["environment/generatedSecrets", ["key", "key"]]],
    ["environment.generatedSecrets[1]: expected each name once, got key; remove the second"],
  );
  refuses(
    "a rotated secret that nobody makes",
    [
      ["environment/generatedSecrets", ["key"]],
      ["environment/rotatedSecrets", { key: "2026-01-01", kay: "2026-01-01" }],
    ],
    ["environment.rotatedSecrets.kay: expected a known generated secret, got kay; did you mean key?"],
  );
  refuses(
    "a rotated secret by which backups are sealed",
    [
      ["environment/generatedSecrets", ["database", "sealed"]],
      ["environment/rotatedSecrets", { sealed: "2026-01-01" }],
      ["accessories/database/backup", { dump: ["a"], restore: ["b"], check: { run: ["c"], expects: "1" } }],
      ["environment/accessories/database/backup", { key: "sealed", to: "/srv/backups" }],
    ],
    [
      "environment.rotatedSecrets.sealed: expected a secret that is no key of backups, got one that those which exist can be read by alone; take it away; for other backups name another secret as their key, and keep this one",
    ],
  );
});
