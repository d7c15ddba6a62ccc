import { mkdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { publicPort, tlsPort } from "../../../config/edge.ts";
import { issuerProgram, type IssuerSettings } from "../../../fleets/acme/program.ts";
import { edgeConfiguration } from "../../../fleets/edge/configuration.ts";
import { debianProgram } from "../../registry/debianProgram.ts";
import { freePort } from "../../sandbox/sandbox.ts";
import { unpackedHaproxy } from "../haproxy.ts";
import { application, plan } from "../edgePlans.ts";

/** What the box has noted of a certificate. */
export interface Note {
  tries: number;
  tried?: number;
  ended?: number;
  error?: string;
  from?: number;
  until?: number;
}

type Process = ReturnType<typeof launch>;

function launch(program: string, args: readonly string[], env: Record<string, string>) {
  const own = { env, reject: false, stdin: "ignore", detached: true, all: true } as const;
  return execa(program, args, { ...own, forceKillAfterDelay: false });
}

/** HAProxy, as it runs on this machine. */
interface Haproxy {
  program: string;
  environment: Record<string, string>;
}

/** The door, edges and the box that asks the authority, as processes of this machine: their own programs, HAProxy's and lego's. */
export class Machine {
  readonly ports: Record<"plain" | "tls" | "challenge" | "application", number>;
  readonly #folder: string;
  readonly #haproxy: Haproxy;
  readonly #path: string;
  readonly #started: Process[] = [];
  #edges = 0;

  private constructor(folder: string, found: Pick<Machine, "ports"> & { haproxy: Haproxy; lego: string }) {
    this.#folder = folder;
    this.ports = found.ports;
    this.#haproxy = found.haproxy;
    this.#path = `${path.dirname(found.lego)}:${process.env["PATH"] ?? ""}`;
    mkdirSync(this.volume);
  }

  /** Makes one in a folder; or says why it cannot be. */
  static async make(folder: string): Promise<Machine | { missing: string }> {
    const haproxy = await unpackedHaproxy();
    const lego = await debianProgram("lego", "usr/bin/lego");
    if ("missing" in haproxy) return haproxy;
    if ("missing" in lego) return lego;
    const ports = {
      ...{ plain: await freePort(), tls: await freePort() },
      ...{ challenge: await freePort(), application: await freePort() },
    };
    return new Machine(folder, { ports, haproxy, lego: lego.program });
  }

  /** What box and edges share. */
  get volume(): string {
    return path.join(this.#folder, "volume");
  }

  /** Starts the door, and what an application answers behind it. */
  serve(): void {
    const door = fileURLToPath(new URL("../../../fleets/edge/door.py", import.meta.url));
    void this.#launch(["python3", "-I", door, this.#folder]);
    const answer = path.join(import.meta.dirname, "answering.py");
    void this.#launch(["python3", answer, String(this.ports.application)]);
  }

  /** Starts an edge for some host names. */
  edge(hosts: readonly string[]): Process {
    const own = path.join(this.#folder, `edge-${++this.#edges}`);
    mkdirSync(own);
    const program = fileURLToPath(new URL("../../../fleets/edge/behindDoor.py", import.meta.url));
    const start = `printf '%s\\n' "$EDGE_CONFIGURATION" >${own}/haproxy.cfg; exec ${this.#haproxy.program} -W -db -f ${own}/haproxy.cfg`;
    return this.#launch(["python3", program, this.#folder, "/bin/sh", "-c", start], {
      ...this.#haproxy.environment,
      EDGE_CONFIGURATION: this.#configuration(hosts, own),
      EDGE_CERTIFICATE_FOLDER: path.join(this.volume, "certificates"),
    });
  }

  /** An edge's own configuration, but for where it is: ports, folders and addresses of this machine. */
  #configuration(hosts: readonly string[], own: string): string {
    const { plain, tls, challenge, application: port } = this.ports;
    const placed = [application("site", port, { public: true, hosts: [...hosts] })];
    const text = edgeConfiguration({
      ...{ ...plan, applications: placed, slots: { site: 1 }, drainSeconds: 20 },
      tls: { port: tls, redirect: true, acme: true },
    });
    return text
      .replace(`bind :${publicPort}\n`, `bind :${plain}\n`)
      .replace(`bind :${tlsPort} ssl`, `bind :${tls} ssl`)
      .replace(/^frontend to-site\n[^]*?(?=^backend)/m, "")
      .replace(/server-template acme- .*/, `server acme-1 127.0.0.1:${challenge}`)
      .replace(/server-template site- 1 \S+/g, `server site-1 127.0.0.1:${port}`)
      .replaceAll("/run/haproxy", own);
  }

  /** Starts the box that asks an authority. */
  issuer(
    settings: Pick<IssuerSettings, "directory" | "roots" | "names" | "pauseSeconds" | "renewPart">,
  ): Process {
    const all: IssuerSettings = {
      ...{ ...settings, email: "ops@example.com", port: this.ports.challenge, cutOffSeconds: 3600 },
      edge: ["127.0.0.1", this.ports.plain],
    };
    const command = ["python3", "-IBc", issuerProgram(), JSON.stringify(all), this.volume];
    return this.#launch(command, { PATH: this.#path });
  }

  /** What the box has noted, by host name; undefined where it has noted nothing yet. */
  note(name: string): Note | undefined {
    try {
      const text = readFileSync(path.join(this.volume, "notes.json"), "utf8");
      return (JSON.parse(text) as Record<string, Note>)[name];
    } catch {
      return undefined;
    }
  }

  /** All that runs ends as a box does: at once, with all it has started. */
  async kill(...some: readonly Process[]): Promise<void> {
    for (const { pid } of some)
      try {
        process.kill(-(pid ?? 0), "SIGKILL");
      } catch {
        // It has ended.
      }
    await Promise.all(some);
  }

  dispose(): Promise<void> {
    return this.kill(...this.#started);
  }

  #launch([program = "", ...args]: string[], env: Record<string, string> = {}): Process {
    const started = launch(program, args, env);
    this.#started.push(started);
    return started;
  }
}
