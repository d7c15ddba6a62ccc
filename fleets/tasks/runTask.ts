import { inspectContainers, type ContainerFacts } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { createThrowAway, throwAwayLabel } from "../../engine/throwAway.ts";
import { canonicalJson, sha256 } from "../../plan/digest.ts";
import { withLock } from "../../work/lock.ts";
import type { TaskRequest } from "./request.ts";

/** How long a task has to stop by itself, before it is killed. */
const stopSeconds = 5;
const digestLabel = "immutable-fleets.task-request";

/** How a run of a task is seen and stopped. */
export interface TaskRun {
  /** What it prints, and what happens to it, line by line. */
  say: (line: string) => void;
  /** Stops it. */
  signal: AbortSignal;
}

/**
 * Runs a task to its end, in a box of its own that is removed afterwards. One that an update began which was killed is waited for: of the
 * same request, its result counts.
 * @throws Error when it fails, is stopped, or takes too long.
 */
export function runTask(engine: DockerClient, request: TaskRequest, run: TaskRun): Promise<void> {
  const { box } = request;
  const waiting = () => {
    run.say("waiting for another run of it to end");
  };
  return withLock(`task-${sha256(box).slice(0, 16)}`, waiting, async () => {
    const digest = sha256(canonicalJson(request));
    const earlier = await earlierRun(engine, request, digest, run);
    if (earlier.isDone) return;
    const id = earlier.id ?? (await begin(engine, request, digest));
    try {
      await toItsEnd(engine, request, id, run);
    } finally {
      await engine.ask(["rm", "--force", "--volumes", id]);
    }
  });
}

/** What became of a run before this one: it did all that is wanted, it goes on (its container's id), or there is none any more. */
async function earlierRun(
  engine: DockerClient,
  request: TaskRequest,
  digest: string,
  run: TaskRun,
): Promise<{ isDone: boolean; id?: string }> {
  const [facts] = await inspectContainers([request.box], engine);
  if (!facts) return { isDone: false };
  const isSame = facts.Config.Labels?.[digestLabel] === digest;
  if (facts.State.Running) {
    run.say("it runs already, begun by a command that was killed or by hand: waiting for its end");
    if (isSame) return { isDone: false, id: facts.Id };
    await ended(engine, request, facts.Id, run);
  }
  await engine.ask(["rm", "--force", "--volumes", facts.Id]);
  if (!isSame || !endedWell(facts)) return { isDone: false };
  run.say("an update that was killed has begun it, and it has ended well since");
  return { isDone: true };
}

function endedWell({ State }: ContainerFacts): boolean {
  return State.Status === "exited" && State.ExitCode === 0;
}

async function begin(engine: DockerClient, request: TaskRequest, digest: string): Promise<string> {
  const { application, task, box, image, network, shape, variables, command } = request;
  const labels = { [throwAwayLabel]: `${application}.${task}`, [digestLabel]: digest };
  const id = await createThrowAway(engine, { name: box, image, network, shape, variables, command, labels });
  try {
    await engine.run(["start", id]);
    return id;
  } catch (error) {
    await engine.ask(["rm", "--force", "--volumes", id]);
    throw error;
  }
}

/** Shows what it prints until it has ended. @throws Error unless it ended well. */
async function toItsEnd(engine: DockerClient, request: TaskRequest, id: string, run: TaskRun): Promise<void> {
  const stopped = await ended(engine, request, id, run);
  const [facts] = await inspectContainers([id], engine);
  const { application, task, timeoutSeconds } = request;
  const got = stopped ?? (facts ? `exit code ${facts.State.ExitCode}` : "none, since its box was removed");
  if (stopped === undefined && facts && endedWell(facts)) return;
  const expected = stopped === "none in time" ? `an end within ${timeoutSeconds} s` : "exit code 0";
  throw new Error(
    `task ${task} of ${application}: expected ${expected}, got ${got}; nothing was swapped, and what serves goes on serving; mend what its log says and run up again, which runs it again`,
  );
}

/** Waits for the end of a box. @returns why it was stopped; undefined where it ended by itself. */
async function ended(
  engine: DockerClient,
  { timeoutSeconds }: TaskRequest,
  id: string,
  { say, signal }: TaskRun,
): Promise<string | undefined> {
  let reason: string | undefined;
  const stop = (why: string) => {
    if (reason !== undefined) return;
    reason = why;
    void engine.ask(["stop", "--time", String(stopSeconds), id]);
  };
  const interrupt = () => {
    stop("an interruption");
  };
  const timer = setTimeout(stop, timeoutSeconds * 1000, "none in time");
  signal.addEventListener("abort", interrupt);
  if (signal.aborted) interrupt();
  try {
    for await (const line of engine.follow(["logs", "--follow", id])) say(line);
    await engine.ask(["wait", id]);
    return reason;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", interrupt);
  }
}
