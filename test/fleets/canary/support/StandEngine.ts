import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { DockerClient, type DockerAnswer } from "../../../../engine/DockerClient.ts";
import type { Box } from "./Box.ts";

/** What it has: boxes, and edges by the sockets of their HAProxy. */
export interface OnStand {
  boxes: Box[];
  edges: Map<string, string>;
  port: number;
}

export const standNetwork = "boxes-1";
export const standDoor = "door";

/** Answers what is asked of an engine, for boxes that are servers of this process and edges that are HAProxies of this machine. */
export class StandEngine extends DockerClient {
  readonly #stand: OnStand;

  constructor(stand: OnStand) {
    super();
    this.#stand = stand;
  }

  override async ask(args: readonly string[]): Promise<DockerAnswer> {
    const stdout = await this.#answer(args);
    return { exitCode: 0, stdout, stderr: "", all: stdout };
  }

  async #answer(args: readonly string[]): Promise<string> {
    const { boxes, edges, port } = this.#stand;
    const [command, what] = args;
    const named = boxes.filter(({ id }) => args.includes(id));
    if (command === "exec") return asked(edges.get(what ?? "") ?? "", args.slice(3).join(" "));
    if (command === "ps" && args.includes("label=immutable-fleets.box")) return [...edges.keys()].join("\n");
    if (command === "ps") return boxes.map(({ id }) => id).join("\n");
    if (command === "inspect") return [...edges.keys()].map((id) => `${id} bridge ${standDoor}`).join("\n");
    if (command === "container") return JSON.stringify(named.map((box) => box.facts(standNetwork)));
    if (command === "update") for (const box of named) box.restartPolicy = args[2] ?? "";
    if (command === "stop") await Promise.all(named.map((box) => box.stop()));
    if (command === "start") await Promise.all(named.map((box) => box.start(port)));
    return "";
  }
}

/** HAProxy's answer; an edge that has ended gives none. */
async function asked(path: string, command: string): Promise<string> {
  const socket = connect(path);
  socket.end(`${command}\n`);
  return (await text(socket)).trimEnd();
}
