import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { overlayArguments, overlayBytes, qemuImg, type QemuFormat } from "../raw/qemuImg.ts";
import { findFirmware } from "./firmware.ts";
import type { Guest } from "./guest.ts";
import { pollHealth } from "./health.ts";
import { launch } from "./launch.ts";
import { takeProgram } from "./program.ts";
import { judgeBoot, type BootObservation, type HealthAnswer, type HealthPath } from "./judge.ts";
import { tellUserData, type ToldUserData } from "./userData.ts";
import type { MachineKind, VirtualMachine } from "./qemu.ts";
import { isEmulatorFault } from "./report.ts";
import { makeBlankVolumes } from "./volumes.ts";

export interface BootTestOptions {
  disk: string;
  /** Format of the disk; default: raw. */
  format?: QemuFormat;
  /** Digest that the disk must report, over HTTP and on its console. */
  digest: string;
  /** Paths that must answer 200 and send the digest as X-Image-Digest; default: none. */
  healthPaths?: HealthPath[];
  /** Time for the whole boot, until every path answers; default: 300, for emulation on a busy machine. Stopping gets 60 more;
   * applications that are not healthy 60 s after everything has started are given up. */
  timeoutSeconds?: number;
  /** Where the console's output is kept. */
  consoleLog: string;
  /** Devices of the machine; default: ec2. */
  machine?: MachineKind;
  /** Memory of the machine; default: 1024. */
  memoryMiB?: number;
  /** cloud-init's user data, by EC2's metadata service or on a disk, as the kind of machine has it; default: none. */
  userData?: string;
  /** Blank volumes that the machine has; user data says where they are mounted. Default: none. */
  blankVolumes?: number;
}

/** Times of a boot that passed, from the start of the machine. */
export interface BootTestResult {
  /** Until everything had started. */
  startedSeconds: number;
  /** Until every health path had answered. */
  healthySeconds: number;
}

const stopSeconds = 60;

/** Boots of a disk, at most: only a fault of the emulator is worth another. */
const attempts = 3;

/** Time that applications have to become healthy once everything has started. */
const settleSeconds = 60;

/**
 * Boots a disk in a virtual machine, and leaves the disk as it is.
 * @throws Error listing everything that is wrong, and where the console log is.
 */
export async function bootTest(options: BootTestOptions): Promise<BootTestResult> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await bootOnce(options);
    } catch (error) {
      if (attempt === attempts || !isEmulatorFault(String(error))) throw error;
    }
  }
}

async function bootOnce(options: BootTestOptions): Promise<BootTestResult> {
  const folder = await mkdtemp(join(tmpdir(), "fleet-boot-"));
  try {
    const { machine: kind = "ec2", userData } = options;
    const told = await tellUserData(kind, userData, folder);
    try {
      return await bootIn(folder, options, told.machine);
    } finally {
      told.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bootIn(
  folder: string,
  options: BootTestOptions,
  told: ToldUserData["machine"],
): Promise<BootTestResult> {
  const machine = { ...(await prepareMachine(options, folder)), ...told };
  const guest = await launch(machine, options.consoleLog);
  try {
    return await observe(options, machine, guest);
  } finally {
    guest.kill();
    await guest.exited;
  }
}

async function prepareMachine(options: BootTestOptions, folder: string): Promise<VirtualMachine> {
  const { disk, format = "raw", healthPaths = [], machine: kind = "ec2", memoryMiB = 1024 } = options;
  const firmware = findFirmware();
  const overlay = join(folder, "overlay.qcow2");
  const variables = join(folder, "variables");
  await qemuImg(overlayArguments(resolve(disk), format, overlay));
  await copyFile(firmware.variables, variables);
  const guestPorts = [...new Set(healthPaths.map(({ port }) => port))];
  const hostPorts = await freePorts(guestPorts.length);
  const forwards = new Map(guestPorts.map((port, index) => [hostPorts[index] ?? 0, port]));
  const program = kind === "vmware" ? { program: await takeProgram(disk, format, folder) } : {};
  return {
    ...program,
    kind,
    blankVolumes: await makeBlankVolumes(options.blankVolumes ?? 0, folder),
    accelerator: "tcg",
    overlay,
    firmware,
    variables,
    monitor: join(folder, "monitor"),
    forwards,
    memoryMiB,
  };
}

async function observe(
  options: BootTestOptions,
  machine: VirtualMachine,
  guest: Guest,
): Promise<BootTestResult> {
  const begin = performance.now();
  const elapsed = (): number => (performance.now() - begin) / 1000;
  const stop = new AbortController();
  const deadline = sleep((options.timeoutSeconds ?? 300) * 1000, undefined, { ref: false });
  const over = Promise.race([deadline, guest.exited, settled(guest)]).then(() => {
    stop.abort();
  });
  const started = Promise.race([guest.started, over]).then(elapsed);
  const answers = await Promise.all(
    [...(options.healthPaths ?? [])].map((path) => pollHealth(path, hostPort(machine, path), stop.signal)),
  );
  const healthySeconds = elapsed();
  const startedSeconds = await started;
  const seen = await stopGuest(options, machine, guest, answers);
  const complaint = await guest.exited;
  const problems = [...(complaint === undefined ? [] : [complaint]), ...judgeBoot(seen)];
  if (problems.length > 0) throw new Error([...problems, `console log: ${options.consoleLog}`].join("\n"));
  return { startedSeconds, healthySeconds };
}

/** When waiting is of no use any more: at once where a unit has failed, else some time after everything has started. */
async function settled({ started, reports }: Guest): Promise<void> {
  await started;
  const failed = reports.some((report) => report.failed.length > 0);
  if (!failed) await sleep(settleSeconds * 1000, undefined, { ref: false });
}

async function stopGuest(
  options: BootTestOptions,
  machine: VirtualMachine,
  guest: Guest,
  answers: HealthAnswer[],
): Promise<BootObservation> {
  const { reports, criticalMessages } = guest;
  if (reports.length > 0) guest.powerDown();
  const limit = sleep(reports.length > 0 ? stopSeconds * 1000 : 0, false, { ref: false });
  const stopped = await Promise.race([guest.exited.then(() => true), limit]);
  if (!stopped) guest.kill();
  await guest.exited;
  const writtenBytes = await overlayBytes(machine.overlay);
  return { digest: options.digest, reports, criticalMessages, answers, stopped, writtenBytes };
}

function hostPort(machine: VirtualMachine, { port }: HealthPath): number {
  return [...machine.forwards].find(([, guest]) => guest === port)?.[0] ?? 0;
}

/** Ports that nobody listens on now; taken all at once, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await new Promise((ready) => server.once("listening", ready));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
