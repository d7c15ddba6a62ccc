import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { publicPort } from "../../../../config/edge.ts";
import { edgeConfiguration, type EdgePlan } from "../../../../fleets/edge/configuration.ts";
import type { StepsRequest } from "../../../../fleets/canary/request.ts";
import { freePort } from "../../../sandbox/sandbox.ts";
import { application } from "../../edgePlans.ts";
import type { unpackedHaproxy } from "../../haproxy.ts";
import { Box, type Manner } from "./Box.ts";
import { namesLeadTo } from "./names.ts";
import { StandEngine, standDoor, standNetwork, type OnStand } from "./StandEngine.ts";

/** A program of HAProxy's, and what it needs around it. */
type Haproxy = Exclude<Awaited<ReturnType<typeof unpackedHaproxy>>, { missing: string }>;

/** HAProxy itself, with the edge's own configuration, before boxes that are servers of this process, known by a server of names. */
export class Stand implements OnStand {
  readonly boxes: Box[] = [];
  readonly edges = new Map<string, string>();
  readonly engine = new StandEngine(this);
  readonly folder = mkdtempSync(path.join(tmpdir(), "stand-"));
  readonly port: number;
  readonly #haproxy: Haproxy;
  readonly #children = new Map<string, ChildProcess>();
  readonly #publicPort: number;
  #names: Awaited<ReturnType<typeof namesLeadTo>> | undefined;

  readonly #isDealt: boolean;

  private constructor(haproxy: Haproxy, port: number, publicly: number, isDealt: boolean) {
    this.#isDealt = isDealt;
    this.#haproxy = haproxy;
    this.port = port;
    this.#publicPort = publicly;
  }

  /** @param isDealt whether requests are dealt in turns, for a canary. */
  static async begin(haproxy: Haproxy, isDealt = true): Promise<Stand> {
    const stand = new Stand(haproxy, await freePort(), await freePort(), isDealt);
    stand.#names = await namesLeadTo(() =>
      stand.boxes.filter(({ isRunning }) => isRunning).map(({ address }) => address),
    );
    await stand.startEdge("edge");
    return stand;
  }

  /** What a gate is asked. */
  request(own: Partial<StepsRequest> = {}): StepsRequest {
    return {
      ...{ fleet: "shop", stack: "project/test", network: standNetwork, door: standDoor, backends: ["shop"] },
      ...{ percents: [10, 50, 100], bakeSeconds: 1, errorPercent: 1, slowerPercent: 10_000 },
      ...{ minimumRequests: 60, patienceSeconds: 20, tooFewRequests: "proceed" as const, drainSeconds: 5 },
      ...own,
    };
  }

  /** Starts boxes of an image, `first` and those that follow it. */
  async start(image: string, count: number, manner: Manner = {}, first = 1): Promise<Box[]> {
    const own = Array.from({ length: count }, (_, index) => {
      const address = `127.2.${process.pid % 250}.${this.boxes.length + index + 1}`;
      const number = index + first;
      return new Box(`${image}-${number}`, `shop-${number}`, image, address, manner);
    });
    for (const box of own) this.boxes.push(await box.start(this.port));
    return own;
  }

  /** An edge on the same port as the others; with the servers' states of another one, as a new edge has them. */
  async startEdge(id: string, states = ""): Promise<void> {
    const folder = path.join(this.folder, id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "servers.state"), states);
    const file = path.join(folder, "edge.cfg");
    writeFileSync(file, `${this.#configuration(folder)}\n`);
    const socket = path.join(folder, "admin.sock");
    rmSync(socket, { force: true });
    const child = spawn(this.#haproxy.program, ["-db", "-f", file], {
      env: this.#haproxy.environment,
      stdio: "ignore",
    });
    this.#children.set(id, child);
    while (!existsSync(socket)) {
      if (child.exitCode !== null) throw new Error(`haproxy has ended with ${child.exitCode}`);
      await sleep(20);
    }
    this.edges.set(id, socket);
  }

  async killEdge(id: string): Promise<void> {
    this.edges.delete(id);
    const child = this.#children.get(id);
    this.#children.delete(id);
    if (!child || child.exitCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** Waits until every edge takes so many boxes for well. */
  async sees(count: number): Promise<void> {
    const end = Date.now() + 20_000;
    while (Date.now() < end) {
      const edges = [...this.edges.keys()];
      const told = await Promise.all(edges.map((edge) => this.healthy(edge)));
      if (told.every((each) => each === count)) return;
      await sleep(100);
    }
    throw new Error(`expected ${count} boxes that pass their checks`);
  }

  /** How many boxes pass the checks of an edge. */
  async healthy(edge: string): Promise<number> {
    const { stdout } = await this.engine.exec(edge, ["ask", "show", "stat", "shop", "4", "-1"]);
    // An asterisk says that another check is under way.
    return stdout.match(/,(\* )?L7OK,/g)?.length ?? 0;
  }

  /** One request; the image of the box that answered, or why none did. */
  ask(agent?: Agent): Promise<string> {
    return new Promise((resolve) => {
      get({ port: this.#publicPort, path: "/", agent }, (response) => {
        let body = "";
        response.on("data", (part: Buffer) => (body += part.toString()));
        response.on("end", () => {
          resolve(response.statusCode === 200 ? body : String(response.statusCode));
        });
        response.on("error", (error) => {
          resolve(error.message);
        });
      }).on("error", (error) => {
        resolve(error.message);
      });
    });
  }

  /** Asks without a pause, until it is ended; what was answered, counted. */
  load(clients: number): { end: () => Promise<Record<string, number>> } {
    const counted: Record<string, number> = {};
    let isOn = true;
    const agent = new Agent({ keepAlive: true });
    const all = Array.from({ length: clients }, async () => {
      while (isOn) {
        const answer = await this.ask(agent);
        counted[answer] = (counted[answer] ?? 0) + 1;
        await sleep(2);
      }
    });
    return {
      end: async () => {
        isOn = false;
        await Promise.all(all);
        agent.destroy();
        return counted;
      },
    };
  }

  async end(): Promise<void> {
    for (const id of [...this.edges.keys()]) await this.killEdge(id);
    for (const box of this.boxes) box.kill();
    this.#names?.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #configuration(folder: string): string {
    const plan: EdgePlan = {
      applications: [application("shop", this.port, { public: true, edgePort: 28_000 })],
      slots: { shop: 16 },
      ...{ hosts: {}, proxies: [], drainSeconds: 30, ...(this.#isDealt && { dealt: ["shop"] }) },
    };
    return edgeConfiguration(plan)
      .replaceAll("/run/haproxy", folder)
      .replace(/ipv4@127\.0\.0\.1:\d+/, `${folder}/state.sock`)
      .replace("127.0.0.11:53", `127.0.0.1:${this.#names?.port ?? 0}`)
      .replace(`bind :${publicPort}`, `bind 127.0.0.1:${this.#publicPort}`)
      .replace(/bind :28000/, `bind unix@${folder}/own.sock`);
  }
}
