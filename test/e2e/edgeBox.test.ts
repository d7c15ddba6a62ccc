import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { Agent, get, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { publicPort } from "../../config/edge.ts";
import { readConfigurationFiles } from "../../config/read/readFiles.ts";
import { projectRoot } from "../../config/root.ts";
import { edgeConfiguration } from "../../fleets/edge/configuration.ts";
import { applicationAlias } from "../../plan/glue/topology.ts";
import { certificateFor } from "../support/certificate.ts";
import { buildChain } from "../../images/layer/buildChain.ts";

/** Answers with the headers that it was sent, and its name; well to whoever asks for its own host name. */
const telling = `
import http.server, json, socket, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        well = self.path != "/up" or self.headers["Host"] == "shop.example"
        body = json.dumps([[name.lower(), value] for name, value in self.headers.items()]).encode()
        self.send_response((204 if self.path == "/up" else 200) if well else 400)
        self.send_header("X-Box", socket.gethostname())
        self.send_header("Content-Length", "0" if self.path == "/up" else str(len(body)))
        self.end_headers()
        if self.path != "/up": self.wfile.write(body)
http.server.ThreadingHTTPServer(("", int(sys.argv[1])), Handler).serve_forever()`;
/** Asks from a box with headers of its own, and prints the answer. */
const asking = `
import http.client, json, ssl, sys
plain = sys.argv[3] == "http"
asked = http.client.HTTPConnection(sys.argv[1], 80) if plain else http.client.HTTPSConnection(sys.argv[1], 443, context=ssl._create_unverified_context())
asked.putrequest("GET", "/", skip_host=True, skip_accept_encoding=True)
for name, value in json.loads(sys.argv[2]): asked.putheader(name, value)
asked.endheaders()
print(asked.getresponse().read().decode())`;
/** What somebody says of the client, in every spelling that servers of applications take for it. */
const told: [name: string, value: string][] = [
  ["X-Forwarded-For", "203.0.113.7"],
  ["x-forwarded-proto", "https"],
  ["X-FORWARDED-HOST", "shop.example"],
  ["X-Forwarded-Port", "443"],
  ["X_Forwarded_For", "203.0.113.8"],
  ["Forwarded", "for=203.0.113.9;proto=https"],
  ["X-Real-IP", "203.0.113.10"],
];
const connections = 4;
const port = 8082;

describe("An edge in a box", function () {
  this.timeout("10m");
  const name = `stopping-edge-${randomBytes(4).toString("hex")}`;
  const box = `${name}-box`;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let address: string;
  let base: string;

  before(async () => {
    const chain = await buildChain(
      ["base", "haproxy"],
      readConfigurationFiles(projectRoot, "dev"),
      projectRoot,
    );
    const [below = "", haproxy = ""] = chain.map(({ image }) => image);
    base = below;
    await execa("docker", ["network", "create", name]);
    await startBox(box);
    const common = {
      name: "catalog",
      fleet: "catalog",
      port,
      public: true,
      hosts: [],
      sticky: true as const,
    };
    const application = { ...common, health: "/up", healthHost: "shop.example", healthStatus: 204 };
    const slots = { catalog: 16 };
    const proxies = ["192.0.2.0/24", `${await addressOf(box)}/32`];
    const text = edgeConfiguration({
      applications: [application],
      slots,
      hosts: {},
      proxies,
      drainSeconds: 30,
      tls: { port: 8443, redirect: false },
    });
    const published = `127.0.0.1::${publicPort}`;
    const { certificate, key } = await certificateFor(["edge.example"]);
    const environment = ["--env", `EDGE_CONFIGURATION=${text}`, "--env", `CERTIFICATE=${certificate}${key}`];
    const own = ["--tmpfs", "/run", "--user", "0:0", "--entrypoint", "/bin/sh"];
    // Behind a door, the edge's first process does this.
    const folder = "/run/haproxy/certificates";
    const program = `mkdir -p ${folder} && echo "$CERTIFICATE" > ${folder}/000.pem && exec /usr/local/bin/fleet-edge`;
    await start(name, ["--publish", published, ...own, ...environment, haproxy, "-c", program]);
    const { stdout } = await execa("docker", ["port", name, String(publicPort)]);
    address = `http://${stdout}/`;
  });

  after(async () => {
    agent.destroy();
    await execa("docker", ["rm", "--force", name, box, `${name}-second`, `${name}-stranger`], {
      reject: false,
    });
    await execa("docker", ["network", "rm", name], { reject: false });
  });

  it("tells applications what declared proxies say of the client, and of everybody else what it knows itself", async () => {
    await until("find its box", async () => (await ask()) === 200);
    const own = [...told, ["Host", "edge.example:8443"], ["X-Other", "kept"]];
    const byProxy = await askedFrom(box, own);
    const proxyAddress = await addressOf(box);
    assert.deepEqual(byProxy, {
      ...Object.fromEntries(own.map(([header = "", value]) => [header.toLowerCase(), [value]])),
      "x-forwarded-for": ["203.0.113.7", proxyAddress],
    });
    const stranger = `${name}-stranger`;
    await start(stranger, ["--entrypoint", "/bin/sleep", base, "infinity"]);
    assert.deepEqual(await askedFrom(stranger, own), {
      host: ["edge.example:8443"],
      "x-other": ["kept"],
      "x-forwarded-for": [await addressOf(stranger)],
      "x-forwarded-proto": ["http"],
      "x-forwarded-host": ["edge.example:8443"],
    });
    // By TLS it says so itself, and keeps the proxy's word.
    const byTls = await askedFrom(stranger, own, "https");
    assert.deepEqual(byTls["x-forwarded-proto"], ["https"]);
    const plainly = own.filter(([header]) => header !== "x-forwarded-proto");
    const ofClient = [...plainly, ["X-Forwarded-Proto", "http"]];
    assert.deepEqual((await askedFrom(box, ofClient, "https"))["x-forwarded-proto"], ["http"]);
  });

  it("keeps a client with the box that it came to, by a cookie which that is not sent", async () => {
    const second = `${name}-second`;
    await startBox(second);
    await until("ask two boxes", async () => (await boxesOf()).size === 2);
    const { box: first, sets } = await asked();
    const [cookie = ""] = sets;
    assert.match(cookie, /^box-of-catalog=[0-9a-f]{16}; path=\/; HttpOnly; SameSite=Lax$/);
    const [kept = ""] = cookie.split(";");
    assert.deepEqual(await boxesOf(kept), new Set([first]));
    assert.equal(
      (await asked(kept)).headers.some(([header]) => header === "cookie"),
      false,
    );
    await execa("docker", ["rm", "--force", second]);
    await until("ask one box", async () => (await boxesOf()).size === 1);
    assert.equal((await boxesOf(kept)).size, 1);
  });

  it("answers what still comes when it stops while the checks hold no box for healthy, once a box can", async () => {
    await until("find its box", async () => (await ask()) === 200);
    assert.deepEqual(await askOnEach(), Array(connections).fill(200));
    await execa("docker", ["pause", box]);
    await logged(/backend catalog has no server available/);
    // What comes before it stops, by a connection of its own: it may have to wait, and is answered, too.
    const before = ask(new Agent());
    await sleep(500);
    await execa("docker", ["kill", "--signal", "USR1", name]);
    await logged(/Proxy public stopped/);
    await execa("docker", ["unpause", box]);
    assert.deepEqual(await askOnEach(), Array(connections).fill(200));
    assert.equal(await before, 200);
  });

  async function start(container: string, args: string[]): Promise<void> {
    await execa("docker", ["run", "--detach", "--name", container, "--network", name, ...args]);
  }

  /** A box of the application. */
  async function startBox(container: string): Promise<void> {
    const alias = applicationAlias("catalog");
    const serve = ["python3", "-c", telling, String(port)];
    await start(container, ["--network-alias", alias, "--entrypoint", "/usr/bin/env", base, ...serve]);
  }

  /** The box that answers a request with this cookie, what it was sent, and the cookies that are set. */
  async function asked(cookie?: string) {
    const answer = await fetch(address, { headers: cookie === undefined ? {} : { cookie } });
    const headers = (await answer.json()) as [string, string][];
    return { headers, box: answer.headers.get("x-box"), sets: answer.headers.getSetCookie() };
  }

  async function boxesOf(cookie?: string): Promise<Set<string | null>> {
    const answers = [];
    for (let count = 0; count < 8; count++) answers.push(await asked(cookie));
    return new Set(answers.map((answer) => answer.box));
  }

  async function addressOf(container: string): Promise<string> {
    const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    return (await execa("docker", ["inspect", "--format", format, container])).stdout;
  }

  /** The headers that the application was sent, by name, for a request from a box. */
  async function askedFrom(
    container: string,
    headers: string[][],
    by: "http" | "https" = "http",
  ): Promise<Record<string, string[]>> {
    const args = ["exec", container, "python3", "-c", asking, name, JSON.stringify(headers), by];
    const sent = JSON.parse((await execa("docker", args)).stdout) as [string, string][];
    const named = Map.groupBy(sent, ([header]) => header);
    return Object.fromEntries([...named].map(([header, all]) => [header, all.map(([, value]) => value)]));
  }

  async function logged(pattern: RegExp): Promise<void> {
    await until(`log ${String(pattern)}`, async () => {
      const { all } = await execa("docker", ["logs", name], { all: true });
      return pattern.test(all);
    });
  }

  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; !(await holds()); tries++) {
      assert.ok(tries < 150, `expected the edge to ${what} within 30 s`);
      await sleep(200);
    }
  }

  /** Asks on every kept connection at once. */
  function askOnEach(): Promise<(number | string)[]> {
    return Promise.all(Array.from({ length: connections }, () => ask()));
  }

  async function ask(by = agent): Promise<number | string> {
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        get(address, { agent: by }, resolve).on("error", reject);
      });
      await once(response.resume(), "end");
      return response.statusCode ?? 0;
    } catch (error) {
      return String(error);
    }
  }
});
