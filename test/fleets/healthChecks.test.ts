import { deepEqual, equal, match } from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { environmentSettings, type EnvironmentOptions } from "../../fleets/beanstalk/settings.ts";
import { formatNote } from "../../fleets/handover/note.ts";
import { healthCommand } from "../../fleets/hosts/playbook.ts";
import { pollHealth } from "../../images/disk/boot/health.ts";
import { isAnswered } from "../../images/disk/boot/judge.ts";
import { fleetHealth } from "../../operations/compose/document/health.ts";
import type { HealthCheck } from "../../plan/glue/healthCheck.ts";

/** An application that serves one host name alone, and is well with another status than 200. */
const picky = { healthHost: "shop.example", healthStatus: 302 };

describe("checks of an application's health", function () {
  this.timeout(60_000);
  let server: Server;
  let check: HealthCheck;
  const folder = mkdtempSync(path.join(tmpdir(), "health-checks-"));

  before(async () => {
    server = createServer((request, response) => {
      const well = request.headers.host === picky.healthHost && request.url === "/up?deep=1";
      response.writeHead(well ? picky.healthStatus : 400, { location: "http://127.0.0.1:9/" }).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    check = { port: (server.address() as AddressInfo).port, health: "/up?deep=1" };
  });

  after(() => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  });

  /** How each way answers: the check as it is configured, and one that says neither host name nor status. */
  async function bothWays(ask: (check: HealthCheck) => Promise<boolean>): Promise<[boolean, boolean]> {
    return [await ask({ ...check, ...picky }), await ask(check)];
  }

  it("are answered for Compose by the declared host name and status alone", async () => {
    const answers = await bothWays(async (each) => {
      const [, python = "", ...args] = fleetHealth([each]).test;
      return (await execa(python, args, { reject: false })).exitCode === 0;
    });
    deepEqual(answers, [true, false]);
  });

  it("are answered on mutable hosts by the declared host name and status alone", async () => {
    const variables = path.join(folder, "variables.json");
    const local = {
      ansible_connection: "local",
      ansible_python_interpreter: "{{ ansible_playbook_python }}",
    };
    writeFileSync(variables, JSON.stringify(local));
    const answers = await bothWays(async (each) => {
      const [program, ...args] = healthCommand("localhost", { inventory: "localhost,", variables }, each);
      const result = await execa(program, args, { reject: false, all: true });
      match(result.all, /"status": (302|400)/);
      return result.exitCode === 0;
    });
    deepEqual(answers, [true, false]);
  });

  it("are answered in a boot test by the declared host name and status alone", async () => {
    const answers = await bothWays(async ({ port, health, healthHost, healthStatus }) => {
      const path = { port, path: health, host: healthHost, expected: healthStatus };
      return isAnswered(await pollHealth(path, port, AbortSignal.timeout(500)));
    });
    deepEqual(answers, [true, false]);
  });

  it("are told to Elastic Beanstalk and to whoever is handed the image", () => {
    const settings = environmentSettings({ ...beanstalk, ...picky });
    equal(settings.find(({ name }) => name === "MatcherHTTPCode")?.value, "302");
    const note = formatNote({
      ...{ fleet: "web", release: "dev/1", ami: "ami-1", region: "eu-central-1", diskDigest: "sha256:0" },
      ...{ instanceType: "t3.small", accounts: [], environment: {}, secrets: [], startMinutes: 5 },
      applications: [{ name: "shop", port: 8080, health: "/up", ...picky }],
    });
    match(note, /\ncurl -i -H 'Host: shop\.example' http:\/\/ADDRESS:8080\/up # 302\n/);
  });
});

const beanstalk: EnvironmentOptions = {
  aws: {},
  instances: { type: "t3.small", startMinutes: 5 } as EnvironmentOptions["instances"],
  ...{ boxes: 1, drainSeconds: 30, health: "/up", profile: "p", serviceRole: "r" },
  network: { vpc: "v", publicSubnets: [], privateSubnets: [] },
  environment: {},
  secrets: {},
};
