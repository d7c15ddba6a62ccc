import { deepEqual, equal, match } from "node:assert/strict";
import { publicPort } from "../../config/edge.ts";
import { environmentSchema } from "../../config/schema.ts";
import { edgeConfiguration, type EdgePlan } from "../../fleets/edge/configuration.ts";
import { doorFolder } from "../../fleets/edge/doorFolder.ts";
import { changingMaintenance, maintenanceMap, withMaintenanceMap } from "../../fleets/edge/maintenance.ts";
import { application, plan } from "./edgePlans.ts";
import { besideHaproxy } from "./haproxy.ts";

const maintenance = (own: object = {}) => {
  const { edge } = environmentSchema.parse({ fleets: {}, edge: { layer: "haproxy", maintenance: own } });
  if (!edge?.maintenance) throw new Error("expected settings of the page, got none");
  return edge.maintenance;
};
const away = "127.0.0.1";
const served: EdgePlan = {
  ...plan,
  applications: [
    application("api", 8081, { public: true, hosts: ["www.example"], pathPrefixes: ["/api"] }),
    application("site", 8080, { public: true, hosts: ["www.example"] }),
  ],
  hosts: Object.fromEntries(
    ["api", "site"].map((fleet) => [fleet, [{ server: "host-a", address: away, backup: false }]]),
  ),
  maintenance: maintenance({
    text: 'Back at "six" & <later>, $PATH \\ für 5 %[src]',
    retryAfterSeconds: 120,
  }),
};

/** What edges that share a map are asked, one after the other; each step is for the newest of them. */
type Step = "start" | "leave" | { change: string } | { path: string; headers?: Record<string, string> };

/** HAProxy with all that it listens on as sockets of a folder, and one server for all applications; the programs are those that an edge has. */
const steps = `import http.client, http.server, json, os, re, shutil, signal, socket, socketserver, subprocess, sys, tempfile, threading, time
given = json.load(sys.stdin)
folder = tempfile.mkdtemp()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps([self.path, self.headers.get("X-Way-In")], separators=(",", ":")).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
served = socketserver.ThreadingUnixStreamServer(folder + "/own", Handler)
served.daemon_threads = True
# A check that HAProxy gives up, as it ends, is none.
served.handle_error = lambda *_: None
threading.Thread(target=served.serve_forever, daemon=True).start()
edges = []
def here(text, edge):
    return text.replace("/run/haproxy", f"{folder}/{edge}").replace(given["door"], folder)
def start():
    edge = str(len(edges))
    os.mkdir(f"{folder}/{edge}")
    text = here(given["text"], edge).replace("ipv4@127.0.0.1:", f"{folder}/{edge}/state-")
    text = re.sub(r"bind :(\\d+)", lambda found: f"bind unix@{folder}/{edge}/edge-{found[1]}", text)
    text = re.sub(r" 127\\.0\\.0\\.1:\\d+", f" unix@{folder}/own", text)
    with open(f"{folder}/{edge}/edge.cfg", "w") as file: file.write(text + "\\n")
    seen_to = [here(word, edge) for word in given["seen"]]
    edges.append(subprocess.Popen([*seen_to, sys.argv[1], "-db", "-f", file.name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
def ask(path, headers={}):
    edge = len(edges) - 1
    end = time.monotonic() + 20
    while True:
        with socket.socket(socket.AF_UNIX) as own:
            try: own.connect(f"{folder}/{edge}/edge-{given['port']}")
            except OSError:
                if time.monotonic() > end: raise
                time.sleep(0.01)
                continue
            own.settimeout(20)
            asked = http.client.HTTPConnection("www.example")
            asked.sock = own
            asked.request("GET", path, headers=headers)
            answer = asked.getresponse()
            names = ["Retry-After", "Location", "Set-Cookie", "Cache-Control"]
            told = {name: answer.headers[name] for name in names if answer.headers[name]}
            return {"status": answer.status, **told, "body": answer.read().decode()}
def change(lines):
    edge = str(len(edges) - 1)
    program = [here(word, edge) for word in given["changing"]]
    done = subprocess.run([sys.executable, "-I", "-c", *program], input=lines.encode(), capture_output=True)
    return {"exitCode": done.returncode, "said": done.stderr.decode()}
def take(step):
    if step == "start": return start()
    if step == "leave": return edges[-1].send_signal(signal.SIGUSR1)
    return change(step["change"]) if "change" in step else ask(**step)
try:
    json.dump([take(step) for step in given["steps"]], sys.stdout)
finally:
    for edge in edges:
        edge.kill()
        edge.wait()
    served.shutdown()
    served.server_close()
    shutil.rmtree(folder)
`;

interface Told {
  status?: number;
  body?: string;
  exitCode?: number;
  said?: string;
}

async function taken(test: Mocha.Context, given: readonly Step[]): Promise<(Told | null)[]> {
  const map = maintenanceMap(doorFolder);
  const answer = await besideHaproxy(steps, {
    ...{ text: edgeConfiguration(served), door: doorFolder, port: publicPort, steps: given },
    ...{
      seen: withMaintenanceMap("/usr/bin/python3", doorFolder, []),
      changing: [changingMaintenance(), map],
    },
  });
  if (!("missing" in answer)) return answer.answer as (Told | null)[];
  console.log(`      skipped: ${answer.missing}`);
  return test.skip();
}

const said = '<p>Back at "six" &amp; &lt;later&gt;, $PATH \\ für 5 %[src]</p></body></html>';
const reached = (path: string) => ({ status: 200, body: JSON.stringify([path, null]) });

describe("The edge's page for what is under maintenance", function () {
  this.timeout(60_000);

  it("is there for an application and nobody else, but for who has the word, until it is taken away", async function () {
    const [, before, ...told] = await taken(this, [
      "start",
      { path: "/" },
      { change: "site some_-word\n" },
      { path: "/" },
      { path: "/api/x" },
      { path: "/a?b=1&way-in=some_-word" },
      { path: "/a?way-in=some_-wor" },
      { path: "/a", headers: { Cookie: "other=1; way-in=some_-word" } },
      { path: "/a", headers: { "X-Way-In": "some_-word" } },
      { path: "/a", headers: { "X-Way-In": "", Cookie: "way-in=" } },
      { change: "api w\nsite w\n" },
      { path: "/api/x", headers: { Cookie: "way-in=some_-word" } },
      { change: "" },
      { path: "/", headers: { "X-Way-In": "w" } },
      { path: "/api/x" },
    ]);
    deepEqual(before, reached("/"));
    const [on, { body = "", ...page } = {}, other, link, ...rest] = told.map((each) => each ?? {});
    deepEqual(on, { exitCode: 0, said: "" });
    deepEqual(page, { status: 503, "Retry-After": "120", "Cache-Control": "no-store" });
    equal(body.slice(body.indexOf("<p>")), said);
    deepEqual(other, reached("/api/x"));
    deepEqual(link, {
      ...{ status: 303, Location: "/a", "Cache-Control": "no-store", body: "" },
      "Set-Cookie": "way-in=some_-word; Path=/; HttpOnly; SameSite=Lax",
    });
    deepEqual(
      rest.map(({ status, exitCode }) => status ?? exitCode),
      [503, 200, 200, 503, 0, 503, 0, 200, 200],
    );
    deepEqual([rest[1], rest[2], rest[7]], [reached("/a"), reached("/a"), reached("/")]);
  });

  it("is there with the first request to the next edge, too", async function () {
    const told = await taken(this, [
      ...["start" as const, { path: "/" }, { change: "site word\n" }, "leave" as const],
      ...["start" as const, { path: "/" }, { path: "/api" }, { change: "" }, { path: "/" }],
    ]);
    deepEqual(
      told.map((each) => each?.status ?? each?.exitCode),
      [undefined, 200, 0, undefined, undefined, 503, 200, 0, 200],
    );
  });

  it("is not said to be there when HAProxy does not take it", async function () {
    const [, , change] = await taken(this, ["start", { path: "/" }, { change: "a\n" }]);
    equal(change?.exitCode, 1);
    match(change.said ?? "", /map: expected HAProxy to take it, got .+/);
  });

  it("lets declared addresses through, and has its cookie go by TLS alone where all else does", () => {
    const lines = (own: object, tls?: EdgePlan["tls"]) =>
      edgeConfiguration({ ...served, maintenance: maintenance(own), ...(tls && { tls }) }).split("\n");
    const from = lines({ addresses: ["10.0.0.0/8", "192.0.2.7"] });
    equal(from.includes("  acl from_home src 10.0.0.0/8 192.0.2.7"), true);
    equal(
      from.some((line) =>
        /return status 503 .* if \{ var\(txn\.way_in\) -m found \} !from_home !\{ req\.cook/.test(line),
      ),
      true,
    );
    const cookies = lines({}, { port: 443, redirect: true }).filter((line) => line.includes("Set-Cookie"));
    match(cookies.join("\n"), /SameSite=Lax; Secure"/);
  });
});
