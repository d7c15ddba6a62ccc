import { deepEqual, doesNotMatch, equal, match } from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { edgeConfiguration } from "../../fleets/edge/configuration.ts";
import { freePort } from "../sandbox/sandbox.ts";
import { application, plan } from "./edgePlans.ts";

/** Plays HAProxy: answers each connection on the sockets of its configuration, and ends by SIGUSR1 when it has. */
const haproxy = `
import os, re, selectors, signal, socket
stopped = []
signal.signal(signal.SIGUSR1, lambda *_: stopped.append(1))
sockets = [socket.socket(fileno=int(n)) for n in re.findall(r"bind fd@(\\d+)", os.environ["EDGE_CONFIGURATION"])]
selector = selectors.DefaultSelector()
for each in sockets:
    each.setblocking(False)
    selector.register(each, selectors.EVENT_READ)
print("serves", flush=True)
while not stopped:
    for key, _ in selector.select(0.02):
        try:
            connection, _ = key.fileobj.accept()
        except BlockingIOError:
            continue
        connection.setblocking(True)
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\\r\\nConnection: close\\r\\n\\r\\n" + os.environ["NAME"].encode())
        connection.close()
`;

describe("the door's program, and the edge's behind it", function () {
  this.timeout(20_000);
  const started: Started[] = [];
  let folder: string;
  let port: number;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "door-"));
    port = await freePort();
  });

  afterEach(async () => {
    for (const each of started) endAll(each);
    await Promise.all(started.splice(0));
    rmSync(folder, { recursive: true });
  });

  it("start in any order", async () => {
    const edge = startEdge("first");
    await once(edge.stderr, "data");
    void startDoor();
    equal(await ask(), "first");
  });

  it("lose no request when one edge follows another, or is killed and started again", async () => {
    void startDoor();
    const old = startEdge("old");
    equal(await ask(), "old");
    let ended = false;
    void old.then(() => (ended = true));
    const asking = askUntil(() => ended);
    const next = startEdge("new");
    await once(next.stdout, "data");
    old.kill("SIGUSR1");
    equal((await old).exitCode, 0);
    equal(await asking, 0);
    for (let asked = 0; asked < 10; asked++) equal(await ask(), "new");
    endAll(next);
    await next;
    const waiting = ask();
    void startEdge("again");
    equal(await waiting, "again");
  });

  it("end one after the other, so that the engine starts the edge with a new door's sockets", async () => {
    const door = startDoor();
    const edge = startEdge("first");
    equal(await ask(), "first");
    door.kill("SIGKILL");
    const { exitCode, stderr } = await edge;
    equal(exitCode, 1);
    match(stderr, /door: expected it to go on, got its end/);
    void startDoor();
    void startEdge("second");
    equal(await ask(), "second");
  });

  it("close a port that no edge has any more, once another one serves", async () => {
    void startDoor();
    const [kept, former] = [port, await freePort()];
    const old = startEdge("old", kept, former);
    equal(await ask(former), "old");
    await once(startEdge("new", kept).stdout, "data");
    old.kill("SIGUSR1");
    await old;
    await sleep(50);
    equal(await ask(kept), "new");
    match(await ask(former, 1), /fetch failed/);
  });

  it("take all ports of a configuration as it is written, and have other edges ask by a path", async () => {
    const placed = {
      ...plan,
      applications: [application("docs", port), application("site", await freePort())],
    };
    void startDoor();
    const written = await behindDoor(edgeConfiguration(placed), [
      "/bin/sh",
      "-c",
      'echo "$EDGE_CONFIGURATION"',
    ]);
    match(written.stdout, /^ {2}bind fd@\d+$/m);
    match(written.stdout, new RegExp(`^ {2}stats socket ${folder}/edge-[^ ]+ mode 666 level user$`, "m"));
    doesNotMatch(written.stdout, /bind :|ipv4@127/);
    // The public ports are written like every other one.
    const lines = edgeConfiguration({ ...plan, tls: { port: 443, redirect: true } }).split("\n");
    deepEqual(
      lines.filter((line) => /^ *bind/.test(line) && !/^ {2}bind :\d+( ssl .*)?$/.test(line)),
      [],
    );
  });

  it("put certificates where the configuration has them from, for the edge's user alone", async () => {
    void startDoor();
    const certificates = path.join(folder, "a/certificates");
    const text = `frontend x\n  bind :${port} ssl crt ${certificates} alpn h2\n`;
    const show = `echo "$EDGE_CONFIGURATION"; stat --format '%a %n' ${certificates} ${certificates}/*; cat ${certificates}/*; env`;
    const given = { EDGE_CERTIFICATES: JSON.stringify(["first\n", "second\n"]) };
    const { stdout } = await behindDoor(text, ["/bin/sh", "-c", show], "", given);
    match(stdout, /^ {2}bind fd@\d+ ssl crt \S+ alpn h2$/m);
    deepEqual(/^700[^]*second$/m.exec(stdout)?.[0].split("\n"), [
      ...[`700 ${certificates}`, `600 ${certificates}/000.pem`, `600 ${certificates}/001.pem`],
      ...["first", "second"],
    ]);
    doesNotMatch(stdout, /EDGE_CERTIFICATES/);
  });

  it("tell the exit code, and why there is no socket", async () => {
    void startDoor();
    const wrong = await startEdge("wrong", 99_999);
    equal(wrong.exitCode, 1);
    match(wrong.stderr, /^door: expected its socket for port 99999, got none; see the door's log$/m);
    void startEdge("right");
    equal(await ask(), "right");
    equal((await behindDoor("", ["/bin/sh", "-c", "exit 78"])).exitCode, 78);
    equal((await behindDoor("", ["/bin/sh", "-c", "kill -9 $$"])).exitCode, 137);
  });

  function startDoor(): Started {
    const program = fileURLToPath(new URL("../../fleets/edge/door.py", import.meta.url));
    return track(launch([program, folder], {}));
  }

  function startEdge(name: string, ...ports: number[]): Started {
    const bound = ports.length > 0 ? ports : [port];
    const configuration = bound.map((each) => `frontend to-${each}\n  bind :${each}\n`).join("");
    return behindDoor(configuration, ["python3", "-c", haproxy], name);
  }

  function behindDoor(configuration: string, command: string[], name = "", more = {}): Started {
    const program = fileURLToPath(new URL("../../fleets/edge/behindDoor.py", import.meta.url));
    return track(
      launch([program, folder, ...command], { EDGE_CONFIGURATION: configuration, NAME: name, ...more }),
    );
  }

  function track(each: Started): Started {
    started.push(each);
    return each;
  }

  /** The name of the edge that answers; it is waited for where nothing listens yet. */
  async function ask(at = port, tries = 40): Promise<string> {
    for (let tried = 1; ; tried++) {
      const answer = await fetch(`http://127.0.0.1:${at}/`, { signal: AbortSignal.timeout(5000) }).then(
        (response) => response.text(),
        (error: unknown) => String(error),
      );
      if (!answer.includes("fetch failed") || tried === tries) return answer;
      await sleep(25);
    }
  }

  /** Asks, again and again. @returns how many requests failed. */
  async function askUntil(isEnd: () => boolean): Promise<number> {
    let failed = 0;
    while (!isEnd()) if (!/^(old|new)$/.test(await ask())) failed++;
    return failed;
  }
});

type Started = ReturnType<typeof launch>;

/** A container's first process ends all others with it; here it and what it started are a group of their own. */
function endAll({ pid }: Started): void {
  try {
    process.kill(-(pid ?? 0), "SIGKILL");
  } catch {
    // All of them have ended.
  }
}

function launch(args: string[], environment: Record<string, string>) {
  return execa("python3", args, { env: environment, reject: false, stdin: "ignore", detached: true });
}
