import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { ContainerFacts } from "../../../../engine/containers.ts";

/** How a box answers. */
export interface Manner {
  /** Every so many requests one fails, with 500; default: none. */
  failsEvery?: number;
  /** … or without an answer. */
  breaksEvery?: number;
  milliseconds?: number;
}

/** A box of a stand: a process's own HTTP server at an address of its own. */
export class Box {
  readonly id: string;
  /** Which of the fleet's boxes it is. */
  readonly name: string;
  readonly image: string;
  readonly address: string;
  readonly created: string;
  isRunning = false;
  isWell = true;
  restartPolicy = "always";
  restarts = 0;
  requests = 0;
  failures = 0;
  readonly #manner: Manner;
  #server: Server | undefined;

  constructor(id: string, name: string, image: string, address: string, manner: Manner = {}) {
    this.id = id;
    this.name = name;
    this.image = image;
    this.address = address;
    this.created = new Date().toISOString();
    this.#manner = manner;
  }

  async start(port: number): Promise<this> {
    const server = createServer((request, response) => {
      if (request.url === "/healthz") {
        response.statusCode = this.isWell && this.isRunning ? 200 : 503;
        return void response.end();
      }
      this.requests++;
      const is = (every: number | undefined) => every !== undefined && this.requests % every === 0;
      setTimeout(() => {
        if (is(this.#manner.failsEvery) || is(this.#manner.breaksEvery)) this.failures++;
        if (is(this.#manner.breaksEvery)) return void request.socket.destroy();
        response.statusCode = is(this.#manner.failsEvery) ? 500 : 200;
        response.end(this.image);
      }, this.#manner.milliseconds ?? 0);
    });
    this.#server = server;
    server.listen(port, this.address);
    await once(server, "listening");
    this.isRunning = true;
    return this;
  }

  async stop(): Promise<void> {
    if (!this.isRunning) return;
    this.isRunning = false;
    const server = this.#server;
    // As an application does that is told to stop: the edge sees it first.
    await new Promise((resolve) => setTimeout(resolve, 700));
    server?.closeIdleConnections();
    await new Promise((resolve) => server?.close(resolve));
  }

  kill(): void {
    this.isRunning = false;
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  facts(network: string): ContainerFacts {
    const State = {
      ...{ Status: this.isRunning ? "running" : "exited", Running: this.isRunning, Restarting: false },
      ...{ ExitCode: 0, StartedAt: this.created, Pid: 1 },
    };
    return {
      ...{ Id: this.id, Name: `/${this.id}`, Created: this.created, Image: this.image },
      ...{ RestartCount: this.restarts, State, Mounts: [] },
      Config: {
        Env: [`FLEET_BOX=${this.id}`],
        Labels: { "immutable-fleets.stack": "project/test", "immutable-fleets.box": this.name },
      },
      HostConfig: { RestartPolicy: { Name: this.restartPolicy } } as ContainerFacts["HostConfig"],
      NetworkSettings: {
        Networks: { [network]: { IPAddress: this.isRunning ? this.address : "", Aliases: null } },
      },
    };
  }
}
