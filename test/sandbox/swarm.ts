import { once } from "node:events";
import { connect, createServer, type Server } from "node:net";
import { execa } from "execa";
import { TestEngine, type Machine } from "./engine.ts";
import type { TestHosts } from "./hosts.ts";

/** What a machine runs that reaches a registry of this machine as its own, which its engine trusts without TLS. */
const forwarding = `import socket, sys, threading
port, gateway = int(sys.argv[1]), sys.argv[2]
def copy(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
def serve(one):
    other = socket.create_connection((gateway, port))
    threading.Thread(target=copy, args=(one, other), daemon=True).start()
    copy(other, one)
listening = socket.create_server(("127.0.0.1", port))
while True:
    threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()
`;

/** The machines of a Swarm: engines in networks of their own; the first one is the manager, and is reached by SSH. */
export class TestSwarm {
  readonly manager: TestEngine;
  readonly workers: TestEngine<Machine>[];
  private readonly containers: string[];
  private readonly gateway: Server;

  private constructor(
    manager: TestEngine,
    workers: TestEngine<Machine>[],
    containers: string[],
    gateway: Server,
  ) {
    this.manager = manager;
    this.workers = workers;
    this.containers = containers;
    this.gateway = gateway;
  }

  /** @param base an image with Python. @param registryPort of a registry on this machine's loopback address. */
  static async start(hosts: TestHosts, base: string, registryPort: number): Promise<TestSwarm> {
    const format = "{{(index .IPAM.Config 0).Gateway}}";
    const { stdout: address } = await execa("docker", ["network", "inspect", "--format", format, "bridge"]);
    const gateway = createServer((socket) => {
      const registry = connect(registryPort, "127.0.0.1");
      socket.pipe(registry).pipe(socket);
      for (const end of [socket, registry]) end.on("error", () => (socket.destroy(), registry.destroy()));
    });
    await once(gateway.listen(registryPort, address), "listening");
    const machines = await Promise.all(["two", "three"].map((name) => machine(name, base)));
    const [manager, ...workers] = await Promise.all([
      TestEngine.start(hosts, "one", "bridge"),
      ...machines.map((each) => TestEngine.startIn(each)),
    ]);
    const swarm = new TestSwarm(
      manager,
      workers,
      machines.map(({ id }) => id),
      gateway,
    );
    for (const { id } of [manager.host, ...machines])
      await execa("docker", [
        ...["exec", "--detach", "--user", "0:0", id],
        ...["python3", "-c", forwarding, String(registryPort), address],
      ]);
    await swarm.join();
    return swarm;
  }

  /** Machines that fail are noticed soon. Each has a label with its number. */
  private async join(): Promise<void> {
    const { address } = this.manager.host;
    const init = ["--advertise-addr", address, "--listen-addr", `${address}:2377`];
    await this.manager.docker("swarm", "init", ...init, "--dispatcher-heartbeat", "1s");
    const token = await this.manager.docker("swarm", "join-token", "--quiet", "worker");
    for (const [index, engine] of [this.manager, ...this.workers].entries()) {
      const own = engine.host.address;
      if (engine !== this.manager)
        await engine.docker("swarm", "join", "--token", token, "--advertise-addr", own, `${address}:2377`);
      const node = await engine.docker("info", "--format", "{{.Swarm.NodeID}}");
      await this.manager.docker("node", "update", "--label-add", `zone=${index + 1}`, node);
    }
  }

  /** The running boxes of a service's fleet, by the address of their machine. */
  async boxes(fleet: string): Promise<Record<string, string[]>> {
    const all: Record<string, string[]> = {};
    for (const engine of [this.manager, ...this.workers]) {
      const filter = ["--filter", `label=immutable-fleets.fleet=${fleet}`];
      const said = await engine.docker("ps", "--quiet", "--no-trunc", ...filter).catch(() => "");
      all[engine.host.address] = said.split("\n").filter((id) => id !== "");
    }
    return all;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.workers, this.manager].map((engine) => engine.stop()));
    await execa("docker", ["rm", "--force", ...this.containers], { reject: false });
    this.gateway.close();
  }
}

async function machine(name: string, base: string): Promise<Machine> {
  const options = ["--detach", "--hostname", name, "--user", "0:0", "--entrypoint", "/bin/sleep"];
  const { stdout: id } = await execa("docker", ["run", ...options, base, "infinity"]);
  const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
  const { stdout: address } = await execa("docker", ["inspect", "--format", format, id]);
  return { id, address };
}
