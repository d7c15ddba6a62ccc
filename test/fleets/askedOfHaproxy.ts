import { besideHaproxy } from "./haproxy.ts";

/** A request, as far as it matters where it goes. */
export interface Asked {
  host: string;
  path: string;
}

/** Who answered it: the port of an application, and what that was asked for; a status alone, where none did. */
export interface Answered {
  status: number;
  port?: number;
  path?: string;
  /** X-Forwarded-Prefix. */
  prefix?: string;
}

/**
 * An edge's configuration with all that it listens on and reaches as sockets of a folder, whose applications (servers at 127.0.0.1) say who they are and
 * what they were asked. Each case has an HAProxy of its own, and one connection to it.
 */
const asking = `import http.client, http.server, json, os, re, shutil, socket, socketserver, subprocess, sys, tempfile, threading, time
def serve(path, port):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def do_GET(self):
            told = {"port": port, "path": self.requestline.split()[1]}
            if "X-Forwarded-Prefix" in self.headers: told["prefix"] = ",".join(self.headers.get_all("X-Forwarded-Prefix"))
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        def log_message(self, *_): pass
    server = socketserver.ThreadingUnixStreamServer(path, Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
def connected(path):
    end = time.monotonic() + 20
    while True:
        own = socket.socket(socket.AF_UNIX)
        own.settimeout(20)
        try:
            own.connect(path)
            return own
        except OSError:
            own.close()
            if time.monotonic() > end: raise
            time.sleep(0.01)
def ask(edge, path, request):
    if edge.sock is None: edge.sock = connected(path)
    edge.putrequest("GET", request["path"], skip_host=True, skip_accept_encoding=True)
    edge.putheader("Host", request["host"])
    edge.endheaders()
    answer = edge.getresponse()
    body = answer.read()
    return {"status": answer.status, **(json.loads(body) if answer.status == 200 else {})}
def answers(case):
    folder = tempfile.mkdtemp()
    text = case["text"].replace("/run/haproxy", folder).replace("ipv4@127.0.0.1:", folder + "/state-")
    text = re.sub(r"bind :(\\d+)", lambda found: f"bind unix@{folder}/edge-{found[1]}", text)
    ports = set(re.findall(r" 127\\.0\\.0\\.1:(\\d+)", text))
    text = re.sub(r" 127\\.0\\.0\\.1:(\\d+)", lambda found: f" unix@{folder}/own-{found[1]}", text)
    for port in ports: serve(f"{folder}/own-{port}", int(port))
    with open(folder + "/edge.cfg", "w") as file: file.write(text + "\\n")
    edge = subprocess.Popen([sys.argv[1], "-db", "-f", file.name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        listens = folder + "/edge-" + str(case["listens"])
        client = http.client.HTTPConnection("edge")
        return [ask(client, listens, request) for request in case["requests"]]
    finally:
        edge.kill()
        edge.wait()
        shutil.rmtree(folder)
json.dump([answers(case) for case in json.load(sys.stdin)["cases"]], sys.stdout)
`;

/**
 * Who answers requests to edges that HAProxy runs, in order.
 * @param cases each with the text of a configuration, the port of the frontend that is asked, and the requests.
 */
export async function askedOfHaproxy(
  cases: readonly { text: string; listens: number; requests: readonly Asked[] }[],
): Promise<Answered[][] | { missing: string }> {
  const told = await besideHaproxy(asking, { cases });
  return "missing" in told ? told : (told.answer as Answered[][]);
}
