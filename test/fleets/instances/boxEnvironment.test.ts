import * as assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { execa } from "execa";
import fc from "fast-check";
import { encodedValue } from "../../../plan/glue/encodedValue.ts";
import { userData, type BootSettings } from "../../../fleets/instances/userData.ts";
import { firstBoot, hostileEnvironment, playsCloudInit } from "./support/firstBoot.ts";

/** Metadata service and parameter store of a box; `calls` counts what was asked of the latter. */
interface Services {
  endpoint: string;
  calls: { authorization: string; body: Record<string, unknown> }[];
  stop: () => void;
}

const pages: Record<string, { Name: string; Value: string }[]> = {
  "": [{ Name: "/p/s/orders/DATABASE_URL", Value: 'post"gres$' }],
  more: [
    { Name: "/p/s/orders/TOKEN", Value: "two words" },
    { Name: "/p/s/orders/TEMPLATE", Value: encodedValue("{{ ü\n }}", "parameters") },
  ],
};

async function startServices(failures: number): Promise<Services> {
  const calls: Services["calls"] = [];
  const server: Server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      if (request.url === "/latest/api/token") return response.end(request.method === "PUT" ? "t0ken" : "");
      if (request.method === "GET") {
        if (request.headers["x-aws-ec2-metadata-token"] !== "t0ken") return response.writeHead(401).end();
        if (request.url?.endsWith("/security-credentials/")) return response.end("box\n");
        return response.end(JSON.stringify({ AccessKeyId: "AKIA", SecretAccessKey: "k", Token: "session" }));
      }
      if (failures-- > 0) return response.writeHead(400).end("{}");
      const asked = JSON.parse(body) as { NextToken?: string };
      calls.push({ authorization: request.headers.authorization ?? "", body: asked });
      const NextToken = asked.NextToken === undefined ? "more" : undefined;
      return response.end(JSON.stringify({ Parameters: pages[asked.NextToken ?? ""], NextToken }));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { endpoint, calls, stop: () => server.close() };
}

describe("user data", function () {
  this.timeout(60_000);
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-boot-"))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs the command that cloud-init would run; returns the file that the box's services read. */
  async function boot(settings: BootSettings, endpoint = "http://127.0.0.1:1"): Promise<string> {
    const { bootcmd } = JSON.parse(userData(settings).replace("#cloud-config\n", "")) as {
      bootcmd: [string[]];
    };
    const [program = "", ...args] = bootcmd[0];
    const file = path.join(folder, "fleet/box.env");
    const env = {
      FLEET_BOX_ENVIRONMENT: file,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint,
      AWS_ENDPOINT_URL_SSM: endpoint,
    };
    await execa(program, args, { env });
    assert.equal(statSync(file).mode & 0o777, 0o600);
    return readFileSync(file, "utf8");
  }

  const settings = {
    environment: { LEVEL: "info", A: "b" },
    parameters: "/p/s/orders",
    region: "eu-central-1",
  };

  it("writes the environment, and asks nobody where there are no secrets", async () => {
    assert.equal(await boot({ ...settings, parameters: null }), 'A="b"\nLEVEL="info"\n');
  });

  it("adds the secrets of every page, quoted, in the name of the instance's role", async () => {
    const services = await startServices(0);
    const written = await boot(settings, services.endpoint);
    services.stop();
    assert.equal(
      written,
      'A="b"\nDATABASE_URL="post\\"gres\\$"\nLEVEL="info"\nTEMPLATE="{{ ü\n }}"\nTOKEN="two words"\n',
    );
    assert.deepEqual(services.calls[0]?.body, { Path: "/p/s/orders", WithDecryption: true, MaxResults: 10 });
    assert.match(
      services.calls[0].authorization,
      /^AWS4-HMAC-SHA256 Credential=AKIA\/\d{8}\/eu-central-1\/ssm\//,
    );
  });

  it("asks again while the role may not yet read them", async () => {
    const services = await startServices(2);
    assert.match(await boot(settings, services.endpoint), /TOKEN="two words"/);
    services.stop();
  });

  it("brings every value to the box byte for byte, and none becomes another setting", async function () {
    if (!(await playsCloudInit())) {
      process.stdout.write("    skipped: python3: expected PyYAML, got none; install python3-yaml\n");
      this.skip();
    }
    await fc.assert(
      fc.asyncProperty(hostileEnvironment, async (environment) => {
        assert.deepEqual(
          await firstBoot(userData({ environment, parameters: null, region: "" })),
          environment,
        );
      }),
      { numRuns: 12 },
    );
  });

  it("stays within what AWS takes, and is the same for the same settings", () => {
    assert.ok(userData(settings).length < 16_384);
    assert.equal(userData(settings), userData({ ...settings }));
  });
});
