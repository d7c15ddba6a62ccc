import { besideHaproxy } from "./haproxy.ts";

/** A request, as far as it matters where it goes. */
export interface Asked {
  host: string;
  path: string;
  /** With the cookies that earlier answers set. */
  isKept?: boolean;
  /** The box that gave the answer before ends first. */
  isLost?: boolean;
}

/** Who answered it: the port of an application, and what that was asked for; a status alone, where none did. */
export interface Answered {
  status: number;
  port?: number;
  path?: string;
  /** X-Forwarded-Prefix. */
  prefix?: string;
  /** The box's address, where that is not 127.0.0.1, and the cookies that it was sent. */
  box?: string;
  cookie?: string;
  /** Cookies that the answer sets, as they are set. */
  sets?: string;
}

/**
 * An edge's configuration with all that it listens on and reaches as sockets of a folder, whose applications (servers at 127.0.0.1) say who they are and
 * what they were asked. Servers at 127.1.*.* are boxes with addresses. Each case has an HAProxy of its own, and one connection to it.
 */
const asking = `import http.client, http.server, json, os, re, shutil, socket, socketserver, subprocess, sys, tempfile, threading, time
def serve(place, port):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def do_GET(self):
            told = {"port": port, "path": self.requestline.split()[1]}
            if not isinstance(place, str): told["box"] = place[0]
            if "Cookie" in self.headers: told["cookie"] = self.headers["Cookie"]
            if "X-Forwarded-Prefix" in self.headers: told["prefix"] = ",".join(self.headers.get_all("X-Forwarded-Prefix"))
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            if "box" in told: self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)
        def log_message(self, *_): pass
    kind = socketserver.ThreadingUnixStreamServer if isinstance(place, str) else http.server.ThreadingHTTPServer
    server = kind(place, Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server
def end(server):
    server.shutdown()
    server.server_close()
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
def ask(edge, path, request, jar):
    if edge.sock is None: edge.sock = connected(path)
    edge.putrequest("GET", request["path"], skip_host=True, skip_accept_encoding=True)
    edge.putheader("Host", request["host"])
    if request.get("isKept") and jar: edge.putheader("Cookie", jar[-1].split(";")[0])
    edge.endheaders()
    answer = edge.getresponse()
    body = answer.read()
    told = json.loads(body) if answer.status == 200 else {}
    if answer.headers["Set-Cookie"]:
        told["sets"] = answer.headers["Set-Cookie"]
        if request.get("isKept"): jar.append(told["sets"])
    return {"status": answer.status, **told}
def answers(case):
    folder = tempfile.mkdtemp()
    text = case["text"].replace("/run/haproxy", folder).replace("ipv4@127.0.0.1:", folder + "/state-")
    text = re.sub(r"bind :(\\d+)", lambda found: f"bind unix@{folder}/edge-{found[1]}", text)
    ports = set(re.findall(r" 127\\.0\\.0\\.1:(\\d+)", text))
    text = re.sub(r" 127\\.0\\.0\\.1:(\\d+)", lambda found: f" unix@{folder}/own-{found[1]}", text)
    for port in ports: serve(f"{folder}/own-{port}", int(port))
    boxes = {box: serve((box, int(port)), int(port)) for box, port in set(re.findall(r" (127\\.1\\.\\d+\\.\\d+):(\\d+)", text))}
    with open(folder + "/edge.cfg", "w") as file: file.write(text + "\\n")
    edge = subprocess.Popen([sys.argv[1], "-db", "-f", file.name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        listens = folder + "/edge-" + str(case["listens"])
        client = http.client.HTTPConnection("edge")
        jar, told = [], []
        for request in case["requests"]:
            if request.get("isLost"):
                end(boxes.pop(told[-1]["box"]))
            told.append(ask(client, listens, request, jar))
        return told
    finally:
        edge.kill()
        edge.wait()
        for box in list(boxes): end(boxes.pop(box))
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
