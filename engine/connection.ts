import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { DockerClient, localEngine } from "./DockerClient.ts";
import { dialCommand, type Engine } from "./engine.ts";

/** A way to the engine of another machine while a command runs. */
export interface EngineConnection {
  /** What the Docker client needs in its environment. */
  environment: { DOCKER_HOST: string };
  /** What SSH said, for people; empty while all is well. */
  complaint(): string;
  close(): Promise<void>;
}

/**
 * Offers an engine's API on a socket of this machine, each connection by SSH: the Docker client itself takes no options of
 * SSH, and must verify the host key that the configuration names.
 */
async function connectEngine(engine: Engine): Promise<EngineConnection> {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-engine-"));
  const [program, ...args] = dialCommand(engine, path.join(folder, "ssh"));
  let complaint = "";
  // A client that has said everything still waits for the answer.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    dial(socket, program, args, (text) => (complaint = text));
  });
  const socketPath = path.join(folder, "docker.sock");
  server.listen(socketPath);
  await once(server, "listening");
  return {
    environment: { DOCKER_HOST: `unix://${socketPath}` },
    complaint: () => complaint,
    close: async () => {
      const ended = spawn(program, ["-O", "exit", ...args], { stdio: "ignore" });
      await once(ended, "close");
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param told is given what SSH said of this connection once that has ended: nothing where it was answered. */
function dial(socket: Socket, program: string, args: string[], told: (complaint: string) => void): void {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  let [said, answered] = ["", false];
  socket.pipe(child.stdin);
  child.stdout.once("data", () => (answered = true));
  // The client learns of the end only when it is known why.
  child.stdout.pipe(socket, { end: false });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  child.on("close", () => {
    told(answered ? "" : said.trim());
    socket.end();
  });
  socket.on("close", () => child.kill());
  // Either end may go away first.
  for (const stream of [socket, child.stdin, child.stdout]) stream.on("error", () => socket.destroy());
  child.on("error", ({ message }) => {
    said += message;
    socket.destroy();
  });
}

/**
 * Runs work that is given the client of an engine; undefined: this machine's.
 * @throws Error that says why SSH did not reach it, where that is the reason.
 */
export async function withEngine<T>(
  engine: Engine | undefined,
  work: (client: DockerClient) => Promise<T>,
): Promise<T> {
  if (!engine) return work(localEngine);
  const connection = await connectEngine(engine);
  try {
    return await work(new DockerClient(connection.environment));
  } catch (error) {
    const complaint = connection.complaint();
    if (complaint === "") throw error;
    throw new Error(unreachable(engine, complaint), { cause: error });
  } finally {
    await connection.close();
  }
}

/** Why an engine is not reached. */
function unreachable(engine: Engine, complaint: string): string {
  const { name, url, path = `environment.engines.${name}` } = engine;
  return `engine ${name}: expected an answer from ${url}, got: ${complaint}; correct ${path}, or what runs there`;
}
