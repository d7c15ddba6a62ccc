import { deepEqual, equal, match, throws } from "node:assert/strict";
import { composeChains, composeFile, wantedSecrets } from "../../../../operations/compose/document/file.ts";
import { fleetHealth } from "../../../../operations/compose/document/health.ts";
import { service } from "../../../fleets/service.ts";
import { images, planned, type Change } from "./fixture.ts";

const needs = { controlGroups: "named", isFiltered: true } as const;
const file = (...changes: readonly Change[]) => composeFile(planned(...changes), images, needs);
const volatile = ["/run", "/tmp", "/var/log", "/var/tmp"];
const health = (test: string[]) => ({
  test: ["CMD", ...test],
  interval: "10s",
  timeout: "5s",
  retries: 3,
  start_period: "30s",
});

describe("a Compose file", () => {
  it("has every box, accessory, the door and the edge, in one network", () => {
    const { services, networks, volumes } = file();
    deepEqual(Object.keys(services), ["door", "edge", "database", "shop-1", "orders-1", "orders-2"]);
    deepEqual([networks, volumes], [{ boxes: {} }, { "database-data": {} }]);
  });

  it("has boxes as the engine would run them: immutable, limited, told of the others", () => {
    deepEqual(file().services["orders-2"], {
      image: "sha256:base.python.orders",
      read_only: true,
      tmpfs: volatile.map((path) => `${path}:uid=990,gid=991,mode=1777`),
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
      mem_limit: "128m",
      memswap_limit: "128m",
      cpus: 0.5,
      logging: { driver: "json-file", options: { "max-size": "10m", "max-file": "3" } },
      stop_grace_period: "30s",
      restart: "unless-stopped",
      environment: {
        CATALOG_URL: "http://edge:8081",
        DATABASE_HOST: "database",
        DATABASE_PORT: "5432",
        DATABASE_URL: "pg://o:${SECRET_DATABASE}@database",
        FLEET: "orders",
        FLEET_BOX: "orders-2",
        FLEET_IMAGE_DIGEST: "sha256:base.python.orders",
        ORDERS_URL: "http://edge:8082",
        PRICE: "$$5",
      },
      networks: { boxes: { aliases: ["orders", "orders.application"] } },
      healthcheck: fleetHealth([{ port: 8082, health: "/healthz" }]),
      depends_on: { database: { condition: "service_healthy" } },
      labels: { "immutable-fleets.compose": "orders" },
    });
  });

  it("has what boxes have beyond the usual: limits, a first process, /dev/shm, programs in memory", () => {
    const { services } = file(
      ["applications/orders/ulimits", { nofile: { soft: 1024, hard: 65536 } }],
      ["applications/orders/init", true],
      ["applications/orders/volatile", ["/cache:exec"]],
      ["accessories/database/shmSize", "1 GiB"],
      ["environment/accessories/database/logs", { driver: "journald" }],
    );
    const { ulimits, init, tmpfs, shm_size: none } = services["orders-1"] ?? {};
    deepEqual([ulimits, init, none], [{ nofile: { soft: 1024, hard: 65536 } }, true, undefined]);
    equal(tmpfs?.[0], "/cache:uid=990,gid=991,mode=1777,exec");
    deepEqual(
      [services["database"]?.shm_size, services["database"]?.logging, services["database"]?.init],
      ["1024m", { driver: "journald", options: {} }, undefined],
    );
  });

  it("has the volumes that applications share, in each box that names them", () => {
    const { services, volumes } = file([
      "applications/orders/volumes",
      { uploads: "/run", cache: { path: "/srv/cache", readOnly: true } },
    ]);
    deepEqual(volumes, { "database-data": {}, "cache-shared": {}, "uploads-shared": {} });
    for (const name of ["orders-1", "orders-2"])
      deepEqual(services[name]?.volumes, [
        { type: "volume", source: "cache-shared", target: "/srv/cache", read_only: true },
        { type: "volume", source: "uploads-shared", target: "/run" },
      ]);
    // What is a volume is not in memory.
    deepEqual(
      services["orders-1"]?.tmpfs?.map((each) => each.split(":")[0]),
      ["/tmp", "/var/log", "/var/tmp"],
    );
    equal(services["shop-1"]?.volumes, undefined);
  });

  it("has a box for the schedules of an application, which notes in memory what ran", () => {
    const nightly = { command: ["report", "$HOME"], at: "0 3 * * *" };
    const { services, volumes } = file(
      ["applications/orders/schedules", { nightly }],
      ["applications/orders/volumes", { uploads: "/srv/uploads" }],
    );
    deepEqual(volumes, { "database-data": {}, "uploads-shared": {} });
    const box = services["orders-schedules-1"];
    const { command = [], tmpfs, user, depends_on: needed } = box ?? {};
    deepEqual(command.slice(0, 2), ["/usr/bin/python3", "-IBc"]);
    match(String(command[3]), /"command":\["report","\$\$HOME"\]/);
    equal(command[4], "/var/lib/fleet-schedules");
    equal(tmpfs?.[2], "/var/lib/fleet-schedules:uid=990,gid=991,mode=1777");
    deepEqual([user, needed], ["990:991", { database: { condition: "service_healthy" } }]);
    deepEqual(box?.volumes, [{ type: "volume", source: "uploads-shared", target: "/srv/uploads" }]);
    equal(box.environment?.["FLEET_BOX"], "orders-schedules-1");
    deepEqual(box.networks, { boxes: { aliases: ["orders-schedules"] } });
  });

  it("has the door own the published port, and the edge join it, with its configuration", () => {
    const { door, edge } = file().services;
    deepEqual(
      [door?.ports, door?.networks, door?.entrypoint, door?.command, edge?.network_mode, edge?.networks],
      [
        ["127.0.0.1:8080:80"],
        { boxes: { aliases: ["edge"] } },
        ["/bin/sleep"],
        ["infinity"],
        "service:door",
        undefined,
      ],
    );
    equal(
      edge?.environment?.["EDGE_CONFIGURATION"]?.includes(
        "server-template orders- 16 orders.application:8082",
      ),
      true,
    );
  });

  it("has the door and the edge run the programs of the fleets with TLS, which have the certificates", () => {
    const { services, volumes } = file([
      "environment/edge/tls",
      { certificates: ["${secret:token}"], port: 8444 },
    ]);
    const { door, edge } = services;
    deepEqual(door?.ports, ["127.0.0.1:8080:80", "127.0.0.1:8444:443"]);
    deepEqual(
      [door.entrypoint, door.command?.at(-1), edge?.entrypoint, edge?.command?.slice(-2)],
      [
        ["/usr/bin/python3"],
        "/run/fleet-door",
        ["/usr/bin/python3"],
        ["/run/fleet-door", "/usr/bin/catalog"],
      ],
    );
    // Compose reads a dollar as the beginning of a variable.
    deepEqual(
      [door, edge].map((each) => each?.command?.join(" ").replaceAll("$$", "").includes("$")),
      [false, false],
    );
    const mount = { type: "volume", source: "door", target: "/run/fleet-door" };
    deepEqual([door.volumes, edge?.volumes, edge?.network_mode], [[mount], [mount], "service:door"]);
    equal(edge?.environment?.["EDGE_CERTIFICATES"], "${SECRET_EDGE_CERTIFICATES}");
    match(
      edge.environment["EDGE_CONFIGURATION"] ?? "",
      /^ {2}bind :443 ssl crt \/run\/haproxy\/certificates alpn h2,http\/1.1$/m,
    );
    deepEqual(volumes, {
      "database-data": {},
      door: {
        driver: "local",
        driver_opts: { type: "tmpfs", device: "tmpfs", o: "size=1m,mode=1777,nosuid,nodev,noexec" },
      },
    });
    deepEqual(Object.keys(services).slice(0, 3), ["door", "edge", "database"]);
  });

  it("has the box that asks an authority, after one that hands the volume over to its user", () => {
    const acme = { email: "ops@shop.example", acceptTerms: true, directory: "https://ca.example/dir" };
    const { services, volumes } = file(
      ["environment/edge/tls", { acme }],
      ["environment/hosts", { catalog: ["shop.example"] }],
    );
    const { "acme-1": box, "acme-volume": owner, edge } = services;
    const mount = { type: "volume", source: "acme-shared", target: "/var/lib/fleet-acme" };
    deepEqual(
      [owner?.entrypoint, owner?.command, owner?.user, owner?.cap_add, owner?.restart, owner?.volumes],
      [["/bin/chown"], ["99:99", "/var/lib/fleet-acme"], "0:0", ["CHOWN"], "on-failure", [mount]],
    );
    deepEqual(box?.depends_on, { "acme-volume": { condition: "service_completed_successfully" } });
    deepEqual([box.volumes, box.networks], [[mount], { boxes: { aliases: ["acme"] } }]);
    match(
      box.command?.at(-2) ?? "",
      /"directory":"https:\/\/ca\.example\/dir",.*"names":\["shop\.example"\]/,
    );
    deepEqual(edge?.volumes?.at(-1), { ...mount, read_only: true });
    const { EDGE_CERTIFICATE_FOLDER: folder, EDGE_CERTIFICATES: own } = edge.environment ?? {};
    deepEqual([folder, own], ["/var/lib/fleet-acme/certificates", undefined]);
    deepEqual(Object.keys(volumes), ["database-data", "door", "acme-shared"]);
  });

  it("has further ports, told to all boxes, and published where that is said", () => {
    const {
      door,
      edge,
      "shop-1": shop,
    } = file(
      ["applications/orders/ports", { metrics: 9100, smtp: { port: 2525, protocol: "tcp" } }],
      ["environment/applications/orders", { published: { smtp: 25 } }],
    ).services;
    deepEqual(door?.ports, ["127.0.0.1:8080:80", "127.0.0.1:25:2525"]);
    match(edge?.environment?.["EDGE_CONFIGURATION"] ?? "", /^frontend to-orders\.smtp\n {2}bind :2525$/m);
    const { ORDERS_METRICS_URL, ORDERS_SMTP_ADDRESS } = shop?.environment ?? {};
    deepEqual([ORDERS_METRICS_URL, ORDERS_SMTP_ADDRESS], ["http://edge:9100", "edge:2525"]);
  });

  it("has existing images as they are, with their own health checks, and workers with theirs", () => {
    const image = `registry.example/shop@sha256:${"a".repeat(64)}`;
    const existing = service({ unit: "its command", existing: true, uid: 0, capabilities: ["SETUID"] });
    const place = { reference: "sha256:shop", digest: "sha256:shop", services: [existing] };
    const plan = planned(
      ["applications/store", { image, port: 3000 }],
      ["applications/jobs", { of: "store", command: ["work", "$x"], ready: ["up"], uses: ["database"] }],
      ["applications/quiet", { of: "store" }],
      ...["store", "jobs", "quiet"].flatMap((name): Change[] => [
        [`fleets/${name}`, { applications: [name] }],
        [`environment/fleets/${name}`, {}],
      ]),
    );
    const { services } = composeFile(plan, new Map([...images, ["image-store", place]]), needs);
    const { "store-1": store, "jobs-1": jobs, "quiet-1": quiet } = services;
    for (const key of ["command", "entrypoint", "user", "healthcheck"])
      equal(key in (store ?? {}), false, key);
    deepEqual([store?.cap_add, store?.read_only], [["SETUID"], true]);
    deepEqual(
      [jobs?.command, jobs?.healthcheck?.test],
      [
        ["work", "$$x"],
        ["CMD", "up"],
      ],
    );
    deepEqual(jobs?.depends_on, { database: { condition: "service_healthy" } });
    deepEqual([quiet?.command, quiet?.healthcheck], [undefined, undefined]);
  });

  it("keeps an accessory's data on a volume, and its password out of the file", () => {
    const database = file().services["database"];
    deepEqual(database?.volumes, [
      { type: "volume", source: "database-data", target: "/var/lib/postgresql" },
    ]);
    deepEqual(database.environment, { PASSWORD: "${SECRET_DATABASE}" });
    deepEqual(database.healthcheck, { ...health(["pg_isready"]), interval: "2s" });
    deepEqual(wantedSecrets(planned()), ["database"]);
  });

  it("leaves out an accessory that runs elsewhere, and waits for none", () => {
    const { services, volumes } = file(["environment/accessories/database", { address: "db.example" }]);
    deepEqual([Object.keys(services).includes("database"), volumes], [false, {}]);
    equal(services["orders-1"]?.depends_on, undefined);
    equal(services["orders-1"]?.environment?.["DATABASE_HOST"], "db.example");
  });

  it("runs several applications on a box by systemd", () => {
    const both = file(
      ["fleets", { shop: { applications: ["catalog", "orders"] } }],
      ["environment/fleets", { shop: {} }],
    ).services["shop-1"];
    deepEqual(
      [both?.image, both?.entrypoint, both?.user, both?.stop_signal, both?.volumes],
      [
        "sha256:base.python.catalog.orders",
        ["/sbin/init"],
        "0:0",
        "SIGRTMIN+3",
        [{ type: "bind", source: "/sys/fs/cgroup/systemd", target: "/sys/fs/cgroup/systemd" }],
      ],
    );
    deepEqual(both?.networks, { boxes: { aliases: ["shop", "catalog.application", "orders.application"] } });
  });

  it("takes all fleets as containers, wherever the environment runs them", () => {
    const plan = planned([
      "environment/fleets/shop",
      { target: "hosts", hosts: { members: { a: { address: "10.0.0.5", hostKey: "ssh-ed25519 AAAA" } } } },
    ]);
    deepEqual(composeChains(plan), [
      ["base", "python", "catalog"],
      ["base", "python", "orders"],
      ["base", "postgresql"],
      ["base", "haproxy"],
    ]);
    equal("shop-1" in composeFile(plan, images, needs).services, true);
  });

  it("needs an edge", () => {
    throws(() => file(["environment/edge", undefined]), {
      message: "environment.edge: expected an edge for Compose, got none; add one, or name another stack",
    });
  });
});
