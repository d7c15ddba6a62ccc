import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import type { TestHost, TestHosts } from "./hosts.ts";

/** Why this machine cannot have a second Docker Engine; undefined when it can. */
export async function noSecondEngine(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return "a second Docker Engine needs root";
  for (const program of ["dockerd", "nsenter", "iptables"]) {
    const found = await execa("which", [program], { reject: false });
    if (found.failed) return `a second Docker Engine needs ${program}`;
  }
  return undefined;
}

/** Its own data, containers and bridges, in the network of a process. */
function launch(folder: string, data: string, pid: string) {
  const settings = {
    host: `unix://${folder}/docker.sock`,
    "data-root": data,
    "exec-root": `${folder}/exec`,
    pidfile: `${folder}/pid`,
    "config-file": `${folder}/daemon.json`,
    "containerd-namespace": "fleet-test",
    "containerd-plugins-namespace": "fleet-test-plugins",
    "log-level": "warn",
  };
  const options = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);
  return execa("nsenter", ["--target", pid, "--net", "dockerd", ...options], {
    reject: false,
    all: true,
    stdin: "ignore",
  });
}

type Daemon = ReturnType<typeof launch>;

/** A container of this machine's engine, whose network a second engine has. */
export interface Machine {
  id: string;
  address: string;
}

/** How long a service manager waits before it starts what was killed again. */
const restartMilliseconds = 2000;

/**
 * Another machine with a Docker Engine of its own: a host with an SSH server, and a second dockerd in the host's network, with
 * data, containers, iptables and bridges of its own.
 */
export class TestEngine<Host extends Machine = TestHost> {
  readonly host: Host;
  private readonly folder: string;
  private readonly data: string;
  private daemon: Daemon;
  private isDead = false;

  private constructor(host: Host, folder: string, data: string, daemon: Daemon) {
    this.host = host;
    this.folder = folder;
    this.data = data;
    this.daemon = daemon;
  }

  /** @param disk what has its data: the engine's own folder by default. */
  static async start(
    hosts: TestHosts,
    name: string,
    network: string,
    disk?: { folder: string },
  ): Promise<TestEngine> {
    const folder = mkdtempSync(path.join(tmpdir(), "fleet-test-engine-"));
    const { stdout: client } = await execa("which", ["docker"]);
    const host = await hosts.start(name, network, [
      ...["--volume", `${client}:/usr/bin/docker:ro`, "--volume", `${folder}:${folder}`],
    ]);
    // Whoever logs in by SSH there talks to that engine.
    await host.run(
      "sh",
      "-c",
      `echo 'SetEnv DOCKER_HOST=unix://${folder}/docker.sock' >> /etc/ssh/sshd_config`,
    );
    await host.run("systemctl", "restart", "ssh.service");
    return TestEngine.launched(host, folder, path.join(disk?.folder ?? folder, "data"));
  }

  /** One without a way in by SSH: `environment` has the Docker client talk to it. */
  static async startIn(machine: Machine): Promise<TestEngine<Machine>> {
    const folder = mkdtempSync(path.join(tmpdir(), "fleet-test-engine-"));
    return TestEngine.launched(machine, folder, path.join(folder, "data"));
  }

  private static async launched<Host extends Machine>(
    host: Host,
    folder: string,
    data: string,
  ): Promise<TestEngine<Host>> {
    writeFileSync(path.join(folder, "daemon.json"), "{}");
    const engine = new TestEngine(host, folder, data, launch(folder, data, await firstProcess(host)));
    await engine.answers();
    chmodSync(folder, 0o755);
    return engine;
  }

  /** Runs the Docker client on this engine. */
  async docker(...args: string[]): Promise<string> {
    return (await execa("docker", args, { env: this.environment() })).stdout;
  }

  /** Ends the first process of each container by SIGKILL, one right after the other, and waits for their end; the engine starts them again. */
  async crash(...containers: string[]): Promise<void> {
    const pids = (await this.docker("inspect", "--format", "{{.State.Pid}}", ...containers)).split("\n");
    // 0 would be this process and all of its group.
    if (pids.includes("0"))
      throw new Error(`expected ${containers.join(", ")} to run, got one that does not`);
    for (const pid of pids) endNow(Number(pid));
    // All others in its box have ended when the first one has.
    while (pids.some(isAlive)) await sleep(5);
  }

  /** Ends engine, containerd and all that runs there by SIGKILL, and starts the engine again. */
  async losePower(): Promise<void> {
    await this.endAll();
    await this.startsAgain(() => this.unmount());
  }

  /** The same, and it does not come back. */
  async die(): Promise<void> {
    await this.endAll();
    await this.daemon;
    this.isDead = true;
  }

  private async endAll(): Promise<void> {
    const containers = (await this.docker("ps", "--quiet")).split("\n").filter((id) => id !== "");
    const boxes = await this.docker("inspect", "--format", "{{.State.Pid}}", ...containers);
    // The engine first: it must see nothing of the others' end.
    const own = processesWith(this.folder);
    for (const pid of [...own, ...boxes.split("\n").map(Number)]) if (pid > 0) endNow(pid);
  }

  /** Ends engine and containerd by SIGKILL, while all that runs there goes on, and starts the engine as a service manager does. */
  async crashEngine(): Promise<void> {
    const programOf = (pid: number) => path.basename(argumentsOf(String(pid)).split("\0")[0] ?? "");
    for (const pid of processesWith(this.folder))
      if (["dockerd", "containerd"].includes(programOf(pid))) endNow(pid);
    await this.startsAgain(() => sleep(restartMilliseconds));
  }

  private async startsAgain(before: () => Promise<unknown>): Promise<void> {
    await this.daemon;
    // It lies in memory, and is gone with the power; else the engine takes a zombie for its containerd.
    rmSync(path.join(this.folder, "exec/containerd/containerd.pid"), { force: true });
    await before();
    this.daemon = launch(this.folder, this.data, await firstProcess(this.host));
    await this.answers();
  }

  /** Removes what runs there, and the engine with its data. */
  async stop(): Promise<void> {
    if (!this.isDead) {
      const ids = (await this.docker("ps", "--all", "--quiet")).split("\n").filter((id) => id !== "");
      if (ids.length > 0) await this.docker("rm", "--force", ...ids);
      this.daemon.kill("SIGTERM");
      await this.daemon;
    }
    await this.unmount();
    for (const folder of [this.data, this.folder]) rmSync(folder, { recursive: true, force: true });
  }

  private async unmount(): Promise<void> {
    for (const folder of [this.data, this.folder]) await unmountBelow(folder);
  }

  /** What the Docker client needs to talk to it. */
  environment(): { DOCKER_HOST: string } {
    return { DOCKER_HOST: `unix://${this.folder}/docker.sock` };
  }

  private async answers(): Promise<void> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const asked = await execa("docker", ["version"], { env: this.environment(), reject: false });
      if (!asked.failed) {
        chmodSync(path.join(this.folder, "docker.sock"), 0o666);
        return;
      }
      if (Date.now() > deadline) {
        this.daemon.kill("SIGKILL");
        throw new Error(`expected a second dockerd, got: ${(await this.daemon).all}`);
      }
      await sleep(200);
    }
  }
}

/** Takes away what an engine that was killed has left mounted: its data on itself, file systems of boxes, networks. */
async function unmountBelow(folder: string): Promise<void> {
  const mounted = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((place) => place === folder || place.startsWith(`${folder}/`));
  for (const place of mounted.reverse()) await execa("umount", ["--lazy", place], { reject: false });
}

async function firstProcess(host: Machine): Promise<string> {
  return (await execa("docker", ["inspect", "--format", "{{.State.Pid}}", host.id])).stdout;
}

/** Ids of the processes that have a path among their arguments, the engine before what it started. */
function processesWith(folder: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && argumentsOf(name).includes(folder))
    .map(Number)
    .sort((a, b) => a - b);
}

function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function isAlive(pid: string): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended with another one.
  }
}
