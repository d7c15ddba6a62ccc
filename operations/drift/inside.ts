import { setTimeout as sleep } from "node:timers/promises";
import type { Inside } from "./finding/content.ts";
import type { ContainerFacts } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";

/** A process that is still there after this time is no passing health check. */
const lookAgainMilliseconds = 400;

/** Looks into a running box without changing anything there. @throws Error when the engine does not answer. */
export async function lookInside(facts: ContainerFacts, engine: DockerClient): Promise<Inside> {
  const id = facts.Id;
  const processes = await lastingProcesses(id, engine);
  const changes = await engine.lines(["diff", id]);
  const paths = [...Object.keys(facts.HostConfig.Tmpfs ?? {}), "/dev/shm"];
  const [mounts, volatile, uid] = await Promise.all([
    exec(engine, id, ["cat", "/proc/1/mounts"]),
    exec(engine, id, ["find", ...paths, "-xdev", "-printf", "%U %m %y %p\\0"]),
    exec(engine, id, ["stat", "--format=%u", "/proc/1"]),
  ]);
  return {
    changes,
    volumes: facts.Mounts.flatMap(({ Type, Destination }) => (Type === "volume" ? [Destination] : [])),
    mounts: mounts === undefined ? undefined : lines(mounts),
    volatile: volatile === undefined ? [] : volatile.split("\0").flatMap(parseFile),
    processes,
    firstPid: facts.State.Pid,
    uid: Number(uid ?? 0),
    ...(facts.HostConfig.Init === true && { hasInit: true }),
  };
}

/** Runs a program of the box as root there, without any right beyond the box's; undefined when it has none such. */
async function exec(engine: DockerClient, id: string, command: string[]): Promise<string | undefined> {
  const result = await engine.exec(id, command, { user: "0:0" });
  return result.stdout === "" && result.exitCode !== 0 ? undefined : result.stdout;
}

async function lastingProcesses(id: string, engine: DockerClient): Promise<Inside["processes"][number][]> {
  const before = await processesOf(id, engine);
  await sleep(lookAgainMilliseconds);
  const after = new Set((await processesOf(id, engine)).map(({ pid }) => pid));
  return before.filter(({ pid }) => after.has(pid));
}

async function processesOf(id: string, engine: DockerClient) {
  return lines(await engine.run(["top", id, "-o", "pid,ppid,args"]))
    .slice(1)
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .map((match) => ({ pid: Number(match?.[1]), parent: Number(match?.[2]), command: match?.[3] ?? "" }));
}

function parseFile(entry: string) {
  const match = /^(\d+) (\d+) (\S) (.*)$/s.exec(entry);
  if (!match) return [];
  const [, uid, mode, type = "", path = ""] = match;
  return [{ uid: Number(uid), mode: parseInt(mode ?? "0", 8), type, path }];
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
