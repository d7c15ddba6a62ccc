import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import type { BuildLog } from "../../work/log.ts";
import { applyRoles, type Means } from "./apply.ts";
import { checkFault, introduce, isQuiet, onlyServedBy, setState } from "./edges.ts";
import type { FleetHost } from "../../plan/host.ts";
import { healthCommand } from "./playbook.ts";
import type { RunningRequest } from "./request.ts";
import { messageOf } from "../../work/message.ts";

const lookEveryMilliseconds = 300;
const progressEveryMilliseconds = 5000;

/**
 * Configures a fleet's hosts one after the other, each out of the edge meanwhile; the next one only when this one is healthy.
 * @throws Error when one fails: it stays out of the edge, and those that follow stay as they are.
 */
export async function configureHosts(request: RunningRequest, means: Means): Promise<void> {
  for (const [index, host] of request.hosts.entries()) {
    try {
      await configureHost(request, host, means);
    } catch (error) {
      const others = request.hosts.length - index - 1;
      const left = [
        ...(request.edge ? [`${host.name} gets no requests until a run succeeds`] : []),
        ...(others > 0 ? [`${others} of ${request.hosts.length} hosts stay as they were`] : []),
        "correct the role and run up again; after going back to the earlier roles, up needs --hosts-again",
      ];
      const reason = messageOf(error);
      throw new Error(`${reason}\n${left.join("; ")}`, { cause: error });
    }
  }
}

async function configureHost(request: RunningRequest, host: FleetHost, means: Means): Promise<void> {
  const { log } = means;
  if (request.edge) await takeOut(request, host, log);
  await applyRoles(request, host, means);
  await gate(request, host, means);
  if (request.edge) await setState(request, host.name, "ready");
  log.step(`${host.name}: is healthy`);
}

async function takeOut(request: RunningRequest, host: FleetHost, log: BuildLog): Promise<void> {
  const { name } = host;
  await introduce(request, host);
  const alone = await onlyServedBy(request, name);
  if (alone.length > 0) {
    log.step(
      `${name}: stays in the edge, since it alone serves ${alone.join(", ")}; a restart interrupts it`,
    );
    return;
  }
  await setState(request, name, "drain");
  log.step(`${name}: gets no more requests`);
  if (!(await isQuiet(request, name)))
    log.step(`${name}: still has requests after ${request.drainSeconds} s; goes on`);
}

/** Waits until a host is healthy and stays so. */
async function gate(request: RunningRequest, host: FleetHost, means: Means): Promise<void> {
  const { timeoutSeconds, steadySeconds } = request.gate;
  const started = Date.now();
  let told = started;
  let since: number | undefined;
  for (;;) {
    const fault = await (request.edge ? checkFault(request, host.name) : ownFault(request, host, means));
    const now = Date.now();
    since = fault === undefined ? (since ?? now) : undefined;
    if (since !== undefined && now - since >= steadySeconds * 1000) return;
    if (since === undefined && now - started > (timeoutSeconds + steadySeconds) * 1000)
      throw new Error(
        `fleet ${request.fleet}, host ${host.name}: expected it healthy within ${timeoutSeconds} s, got ${fault ?? "no answer"}`,
      );
    if (now - told >= progressEveryMilliseconds) {
      told = now;
      means.log.step(`${host.name}: ${fault ?? "healthy; the gate looks on"}`);
    }
    await sleep(lookEveryMilliseconds);
  }
}

/** Asks a host's applications on the host itself, where no edge checks them. */
async function ownFault(
  { applications }: RunningRequest,
  host: FleetHost,
  { work, root }: Means,
): Promise<string | undefined> {
  for (const application of applications) {
    const [program, ...args] = healthCommand(host.name, work.files({}), application);
    const result = await execa(program, args, {
      cwd: root,
      env: work.environment(),
      reject: false,
      all: true,
      stdin: "ignore",
    });
    if (result.failed) return `${application.name}: ${result.all.trim().split("\n").at(-1) ?? "no answer"}`;
  }
  return undefined;
}
