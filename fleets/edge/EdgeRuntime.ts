import { localEngine, type DockerClient } from "../../engine/DockerClient.ts";
import { serverRows, type ServerRow } from "./serverRows.ts";
import { parseServerStates, type ServerState } from "./serverStates.ts";
import { checkSettings } from "./checks.ts";
import { doorFolder } from "./doorFolder.ts";
import { changingMaintenance, maintenanceMap } from "./maintenance.ts";

/** The program in an edge's image that asks its HAProxy by the runtime API. */
export const runtimeProgram = "/usr/local/bin/fleet-edge-state";

/** HAProxy takes a line of commands of some thousand characters. */
const commandsAtOnce = 50;

/** The runtime API (HAProxy's management guide, 9.3) of the edge in one container. */
export class EdgeRuntime {
  readonly edge: string;
  readonly #engine: DockerClient;

  /** @param edge its container's id. */
  constructor(edge: string, engine: DockerClient = localEngine) {
    this.edge = edge;
    this.#engine = engine;
  }

  /** Asks HAProxy. @throws Error when it does not answer. */
  async ask(...command: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.#engine.exec(this.edge, [runtimeProgram, ...command]);
    if (exitCode !== 0) throw new Error(`edge ${this.edge.slice(0, 12)}: expected an answer, got ${stderr}`);
    return stdout;
  }

  /** What it says of every server of every backend. @throws Error when it does not answer. */
  async servers(): Promise<ServerState[]> {
    return parseServerStates(await this.ask("show", "stat"));
  }

  /** The statistics of the servers of some backends; of those that it does not have, none. @throws Error when it does not answer. */
  async rowsOf(backends: readonly string[]): Promise<ServerRow[]> {
    const commands = backends.map((backend) => `show stat ${backend} 4 -1`);
    return serverRows(await this.ask(commands.join("; ")));
  }

  /**
   * Sets the weights of servers by `backend/name`: what counts is how they are to each other; 0: nothing new is sent there.
   * @throws Error when it does not.
   */
  async setWeights(weights: ReadonlyMap<string, number>): Promise<void> {
    const commands = [...weights].map(([server, weight]) => `set server ${server} weight ${weight}`);
    for (let first = 0; first < commands.length; first += commandsAtOnce) {
      const answer = await this.ask(commands.slice(first, first + commandsAtOnce).join("; "));
      if (answer.trim() !== "")
        throw new Error(
          `edge ${this.edge.slice(0, 12)}: expected to set weights, got ${answer.trim()}; run up again`,
        );
    }
  }

  /** Its statistics, as JSON (9.1); undefined when it does not answer: it starts, or has ended. */
  async statistics(): Promise<string | undefined> {
    return this.ask("show", "stat", "json").catch(() => undefined);
  }

  /**
   * Which applications are under maintenance, each with the word that lets somebody in; undefined: it can have none.
   * @throws Error when it does not answer.
   */
  async maintenance(): Promise<Map<string, string> | undefined> {
    const answer = await this.ask("show", "map", maintenanceMap(doorFolder));
    if (answer.startsWith("Unknown map")) return undefined;
    const lines = answer.split("\n");
    // `0x55c…: NAME WORD`, after the address of the line in its memory.
    const entries = lines.flatMap((line) => {
      const [address = "", name, word] = line.split(" ");
      return address.startsWith("0x") && name !== undefined && word !== undefined
        ? [[name, word] as const]
        : [];
    });
    return new Map(entries);
  }

  /** Has it, and all edges that follow, take these for under maintenance. @throws Error when it does not. */
  async maintain(entries: ReadonlyMap<string, string>): Promise<void> {
    const lines = [...entries].map(([name, word]) => `${name} ${word}\n`).join("");
    const program = ["/usr/bin/python3", "-I", "-c", changingMaintenance(), maintenanceMap(doorFolder)];
    const { exitCode, stderr } = await this.#engine.exec(this.edge, program, { input: lines });
    if (exitCode !== 0) throw new Error(`edge ${this.edge.slice(0, 12)}: ${stderr.trim()}`);
  }

  /**
   * Makes a server known to it, which it checks from now on, and sends nothing until it is enabled.
   * @param server its backend and name: `catalog/host-web1`. @param address an IP address with a port: names are not looked up.
   * @returns whether it was added: not where the edge has no such backend, or a server of that name.
   */
  async addServer(server: string, address: string): Promise<boolean> {
    // Servers that are added at run time have no defaults.
    const answer = await this.ask("add", "server", server, address, ...checkSettings);
    const added = answer.includes("registered");
    if (added) await this.ask("enable", "health", server);
    return added;
  }
}
