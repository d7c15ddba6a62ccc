import { refuses } from "./refuses.ts";

const aName = "a name of lower-case letters, digits and dashes, at most 31 characters";

describe("a configuration of a wrong shape is refused", () => {
  refuses("a part that is missing", [["layers", undefined]], ["layers: expected a map, got nothing; add it"]);
  refuses("a list for a map", [["layers", []]], ["layers: expected a map, got []; correct it"]);
  refuses("a text for a map", [["fleets", "all"]], ["fleets: expected a map, got all; correct it"]);
  refuses(
    "an empty part",
    [["applications/orders", null]],
    ["applications.orders: expected a map, got null; correct it"],
  );
  refuses(
    "a misspelt part",
    [["layres", {}]],
    ["layres: expected a known key, got layres; did you mean layers?"],
  );
  refuses(
    "a misspelt key",
    [["layers/python/rolls", ["x"]]],
    ["layers.python.rolls: expected a known key, got rolls; did you mean roles?"],
  );
  refuses(
    "a key like no other",
    [["layers/base/from/mirror/sweet", "bookworm"]],
    ["layers.base.from.mirror.sweet: expected a known key, got sweet; use one of suite, packages, sources"],
  );
  refuses(
    "a misspelt key behind a default",
    [["environment/fleets/shop/gate/steadySecond", 1]],
    [
      "environment.fleets.shop.gate.steadySecond: expected a known key, got steadySecond; did you mean steadySeconds?",
    ],
  );
  refuses(
    "an unknown key of an optional part",
    [["registry", { prefix: "registry.example", pull: true }]],
    ["registry.pull: expected a known key, got pull; use one of prefix, push"],
  );
  refuses(
    "a name with capitals",
    [["layers/Base_1", { on: "base" }]],
    [`layers.Base_1: expected ${aName}, got Base_1; rename it`],
  );
  refuses(
    "a name that is too long",
    [["applications/a-very-long-name-that-goes-on-and-on", { layer: "catalog", port: 80 }]],
    [
      `applications.a-very-long-name-that-goes-on-and-on: expected ${aName}, got a-very-long-name-that-goes-on-and-on; rename it`,
    ],
  );
  refuses(
    "a text for a list",
    [["layers/python/roles", "python"]],
    ["layers.python.roles: expected a list, got python; correct it"],
  );
  refuses(
    "a number in a list of texts",
    [["layers/python/roles", ["python", 7]]],
    ["layers.python.roles[1]: expected a text, got 7; correct it"],
  );
  refuses(
    "a text for a switch",
    [["layers/python/machineOnly", "yes"]],
    ["layers.python.machineOnly: expected true or false, got yes; write true"],
  );
  refuses(
    "an image without a digest",
    [["layers/base/from", { image: "debian:12" }]],
    ["layers.base.from.image: expected an image pinned by digest (name@sha256:…), got debian:12; correct it"],
  );
  refuses(
    "an archive outside the project",
    [["layers/base/from", { archive: "../root.tar" }]],
    ["layers.base.from.archive: expected a path inside the project, got ../root.tar; correct it"],
  );
  refuses(
    "an absolute file",
    [["layers/python/files", ["/etc/passwd"]]],
    ["layers.python.files[0]: expected a path inside the project, got /etc/passwd; correct it"],
  );
  refuses(
    "a file above the project",
    [["layers/python/files", ["apps/../../secret"]]],
    ["layers.python.files[0]: expected a path inside the project, got apps/../../secret; correct it"],
  );
  refuses(
    "a port that is too high",
    [["applications/orders/port", 70000]],
    ["applications.orders.port: expected a port from 1 to 65535, got 70000; correct it"],
  );
  refuses(
    "a port as a text",
    [["applications/orders/port", "8082"]],
    ['applications.orders.port: expected a port from 1 to 65535, got "8082"; write 8082'],
  );
  refuses(
    "half a port",
    [["applications/orders/port", 80.5]],
    ["applications.orders.port: expected a port from 1 to 65535, got 80.5; correct it"],
  );
  refuses(
    "no port",
    [["accessories/database/port", undefined]],
    ["accessories.database.port: expected a port from 1 to 65535, got nothing; add it"],
  );
  refuses(
    "a health path without a slash",
    [["applications/orders/health", "healthz"]],
    ["applications.orders.health: expected a path that starts with /, got healthz; correct it"],
  );
  refuses(
    "a relative volatile path",
    [["applications/orders/volatile", ["var/cache"]]],
    [
      "applications.orders.volatile[0]: expected an absolute path without spaces or colons, but for :exec at its end, got var/cache; correct it",
    ],
  );
  refuses(
    "a capability in small letters",
    [["applications/orders/capabilities", ["net_admin"]]],
    [
      "applications.orders.capabilities[0]: expected a Linux capability such as NET_BIND_SERVICE, got net_admin; correct it",
    ],
  );
  refuses(
    "an accessory without a command",
    [["accessories/database/ready", []]],
    ["accessories.database.ready: expected at least 1 of them, got []; correct it"],
  );
  refuses(
    "a fleet without applications",
    [["fleets/shop/applications", []]],
    ["fleets.shop.applications: expected at least 1 of them, got []; correct it"],
  );
  refuses(
    "an unknown init",
    [["fleets/shop/init", "sysvinit"]],
    ["fleets.shop.init: expected one of foreground, systemd, got sysvinit; correct it"],
  );
  refuses(
    "a fleet without boxes",
    [["environment/fleets/shop/boxes", 0]],
    ["environment.fleets.shop.boxes: expected a whole number from 1 to 1000, got 0; correct it"],
  );
  refuses(
    "half a box",
    [["environment/fleets/shop/boxes", 2.5]],
    ["environment.fleets.shop.boxes: expected a whole number from 1 to 1000, got 2.5; correct it"],
  );
  refuses(
    "a decimal size",
    [["environment/fleets/shop/memory", "512MB"]],
    ["environment.fleets.shop.memory: expected a size such as 512 MiB, got 512MB; write 512 MiB"],
  );
  refuses(
    "no memory at all",
    [["environment/fleets/shop/memory", "0 MiB"]],
    ["environment.fleets.shop.memory: expected a size such as 512 MiB, got 0 MiB; correct it"],
  );
  refuses(
    "no processor at all",
    [["environment/fleets/shop/cpus", 0]],
    ["environment.fleets.shop.cpus: expected a number of processors from 0.01 to 1024, got 0; correct it"],
  );
  refuses(
    "a time with a unit",
    [["environment/fleets/shop/gate/timeoutSeconds", "1m"]],
    ["environment.fleets.shop.gate.timeoutSeconds: expected seconds from 0 to 3600, got 1m; write 60"],
  );
  refuses(
    "a negative time",
    [["environment/fleets/shop/drainSeconds", -1]],
    ["environment.fleets.shop.drainSeconds: expected seconds from 0 to 3600, got -1; correct it"],
  );
  refuses(
    "half a second of a drain, which HAProxy has no word for",
    [["environment/fleets/shop/drainSeconds", 45.5]],
    ["environment.fleets.shop.drainSeconds: expected whole seconds, such as 45, got 45.5; correct it"],
  );
  for (const health of ['/x?a="b"#c', "/a b", "/a'b", "/$HOME", "/a\\b", "/100%"])
    refuses(
      `a health path that means something else to HAProxy: ${health}`,
      [["applications/orders/health", health]],
      [
        `applications.orders.health: expected a path of letters, digits and -._~!&()*+,;:@=/?, others as %20, got ${health}; correct it`,
      ],
    );
  refuses(
    "a health path that is longer than a load balancer takes",
    [["applications/orders/health", `/${"x".repeat(1024)}`]],
    [
      `applications.orders.health: expected a path of at most 1024 characters, got /${"x".repeat(56)}…; correct it`,
    ],
  );
  for (const address of ["edge.example", "10.0.0.300", ""])
    refuses(
      `a published address that is none: ${address}`,
      [["environment/edge/address", address]],
      [`environment.edge.address: expected an IP address, got ${address || '""'}; correct it`],
    );
  for (const host of ["a..example", "10.0.0.300", `${"x".repeat(64)}.example`])
    refuses(
      `a host name that is none: ${host}`,
      [["environment/hosts", { catalog: [host] }]],
      [
        `environment.hosts.catalog[0]: expected a host name in lower case, got ${host.length > 60 ? `${host.slice(0, 57)}…` : host}; correct it`,
      ],
    );
  refuses(
    "a variable in small letters",
    [["environment/fleets/shop/environment/lower", "x"]],
    ["environment.fleets.shop.environment.lower: expected a variable name in capitals, got lower; rename it"],
  );
  refuses(
    "a list for a variable's value",
    [["environment/fleets/shop/environment/LIST", [1]]],
    ["environment.fleets.shop.environment.LIST: expected a text, number or boolean, got [1]; correct it"],
  );
  refuses(
    "a host name with capitals",
    [["environment/hosts", { catalog: ["Catalog.example"] }]],
    ["environment.hosts.catalog[0]: expected a host name in lower case, got Catalog.example; correct it"],
  );
  refuses(
    "a registry without a prefix",
    [["registry", { prefix: "" }]],
    ['registry.prefix: expected a registry and path such as registry.example/team, got ""; correct it'],
  );
});
