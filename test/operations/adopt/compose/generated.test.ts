import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import { checkedProposal } from "../checkedProposal.ts";
import { composedServices } from "./composed.ts";

const serviceName = fc
  .stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,34}$/)
  .filter((name) => name !== "__proto__");
const images = [
  "nginx",
  "postgres:16",
  "redis:7",
  "registry.example:5000/team/shop",
  "memcached:1",
  "mysql:8",
  "traefik:3",
];
const port = fc.integer({ min: 1, max: 65_535 });
const text = fc.oneof(
  fc.string({ maxLength: 12 }).map((each) => each.replaceAll("\0", "")),
  fc.constantFrom(
    "http://web:80/",
    "redis://:pass@cache:6379/0",
    "$$x",
    "${UNSET}",
    "${SET}",
    "${DB_PASSWORD:-x}",
    "$${secret:x}",
  ),
);
const variables = fc.dictionary(
  fc.oneof(
    fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.]{0,10}$/),
    fc.constantFrom("PATH", "PORT", "API_TOKEN", "DB_HOST", "POSTGRES_PASSWORD_FILE"),
  ),
  fc.oneof(
    text.filter((each) => !/\$(?![$A-Z{])|\$\{(?!UNSET\}|SET\}|DB_PASSWORD:-x\}|secret:x\})/.test(each)),
    fc.constant(null),
    fc.integer(),
    fc.boolean(),
    fc.constant("/run/secrets/db"),
  ),
  { maxKeys: 5 },
);
const words = fc.constantFrom(
  "serve",
  "sh -c 'run it'",
  ["a", "b c"],
  [],
  "",
  'redis-server --requirepass "x y"',
);
const path = fc.stringMatching(/^\/[a-z]{1,6}(\/[a-z]{1,6}){0,2}$/);

/** A service with any of the keys that are carried over, or said to be left. */
const service = (names: readonly string[]) =>
  fc.record(
    {
      image: fc.constantFrom(...images),
      build: fc.constantFrom(".", "./app"),
      command: words,
      entrypoint: words,
      environment: variables,
      ports: fc.array(
        fc.oneof(
          port,
          fc.tuple(port, port).map(([a, b]) => `${a}:${b}`),
          port.map((each) => `127.0.0.1::${each}/tcp`),
          port.map((each) => `${each}/udp`),
        ),
        { maxLength: 3 },
      ),
      expose: fc.array(port, { maxLength: 2 }),
      depends_on: fc.dictionary(
        fc.constantFrom(...names, "nobody"),
        fc.record({
          condition: fc.constantFrom("service_started", "service_healthy", "service_completed_successfully"),
        }),
        { maxKeys: 3 },
      ),
      healthcheck: fc.constantFrom(
        { test: ["CMD", "curl", "-f", "http://localhost:8000/up"], interval: "20s", retries: 9 },
        { test: "pg_isready" },
        { disable: true },
        { test: ["NONE"] },
        { start_period: "2h" },
      ),
      volumes: fc.array(
        fc.oneof(
          fc
            .tuple(fc.constantFrom("data", "./data", "/srv/data"), path, fc.constantFrom("", ":ro"))
            .map(([a, b, c]) => `${a}:${b}${c}`),
          path,
          path.map((target) => ({ type: "tmpfs", target, tmpfs: { size: 10 } })),
          path.map((target) => ({ type: "volume", source: "data", target })),
        ),
        { maxLength: 3 },
      ),
      tmpfs: fc.oneof(
        path,
        fc.array(
          fc.tuple(path, fc.constantFrom("size=64m", "exec")).map(([each, options]) => `${each}:${options}`),
          { maxLength: 2 },
        ),
      ),
      deploy: fc.record(
        {
          replicas: fc.integer({ min: 0, max: 2000 }),
          resources: fc.constant({ limits: { memory: "100000000", cpus: "0.001" } }),
        },
        { requiredKeys: [] },
      ),
      ulimits: fc.constantFrom({ nofile: -1 }, { nofile: { soft: 1, hard: 2 }, core: "0" }, { files: 1 }),
      shm_size: fc.constantFrom("64m", 1_000_001, "0"),
      init: fc.boolean(),
      mem_limit: fc.constantFrom("512m", "1.5g", 1_000_001, "0"),
      cpus: fc.constantFrom(0.5, "2", 5000, 0),
      stop_grace_period: fc.constantFrom("1m30s", "500ms", "3h"),
      restart: fc.constantFrom("no", "always", "unless-stopped", "on-failure:3"),
      cap_add: fc.constantFrom(["NET_ADMIN"], ["ALL"], ["cap_chown", "weird cap"]),
      container_name: serviceName,
      logging: fc.constantFrom(
        { driver: "journald" },
        { driver: "json-file", options: { "max-size": "1m" } },
      ),
      labels: fc.constantFrom(
        {
          "traefik.http.routers.a.rule": "Host(`a.example.com`) || Host(`-bad`)",
          "traefik.http.services.a.loadbalancer.server.port": "80",
        },
        ["com.example.a=b"],
      ),
      user: fc.constant("1000"),
    },
    { requiredKeys: [] },
  );

const services = fc
  .uniqueArray(fc.oneof(serviceName, fc.constantFrom("web", "cache", "edge", "host", "db_1", "DB.1")), {
    minLength: 1,
    maxLength: 6,
  })
  .chain((names) => fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), service(names)))));

describe("any Compose file of what is supported", () => {
  it("becomes a configuration that passes the check once its images are pinned", () => {
    fc.assert(
      fc.property(services, (all) => {
        const proposal = composedServices(Object.fromEntries(all), { variables: { SET: "it" } });
        const { applications, accessories } = checkedProposal(proposal);
        // Each service is a part, or it is said why not.
        const made = proposal.parts.filter(({ becomes }) => /^the /.test(becomes)).length;
        deepEqual(Object.keys({ ...applications, ...accessories }).length, made);
        deepEqual(proposal.parts.map(({ service: name }) => name).sort(), all.map(([name]) => name).sort());
      }),
      { numRuns: 100 },
    );
  });
});
