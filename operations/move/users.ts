import { inspectContainers, type ContainerFacts } from "../../engine/containers.ts";
import type { DockerClient } from "../../engine/DockerClient.ts";
import { restartPolicy } from "../../fleets/box/restart.ts";

const stopSeconds = 60;

/** The containers that use a volume, running or not. @throws Error where there is none: its image is what reads the data. */
export async function usersOf(engine: DockerClient, volume: string): Promise<ContainerFacts[]> {
  const ids = await engine.lines(["ps", "--all", "--quiet", "--no-trunc", "--filter", `volume=${volume}`]);
  const users = await inspectContainers(ids, engine);
  if (users.length > 0) return users;
  throw new Error(
    `${volume}: expected the accessory's box, got no container that uses this volume; put the configuration back and run npm run up, which makes it`,
  );
}

/** Ends what writes, and has no restart of the engine start it again. */
export async function stopUsers(engine: DockerClient, users: readonly ContainerFacts[]): Promise<void> {
  const ids = users.map(({ Id }) => Id);
  await engine.run(["update", "--restart", "no", ...ids]);
  await engine.run(["stop", "--time", String(stopSeconds), ...ids]);
}

/** Has accessories' boxes serve again, and what else ran before. */
export async function startUsers(engine: DockerClient, users: readonly ContainerFacts[]): Promise<void> {
  for (const { Id, Config, State, HostConfig } of users) {
    const isBox = Config.Labels?.["immutable-fleets.box"] !== undefined;
    const policy = isBox ? restartPolicy : HostConfig.RestartPolicy.Name || "no";
    await engine.run(["update", "--restart", policy, Id]);
    if (isBox || State.Running) await engine.run(["start", Id]);
  }
}

/** @throws Error where one has run meanwhile: what was read is not of one moment. */
export async function stillStopped(engine: DockerClient, users: readonly ContainerFacts[]): Promise<void> {
  const now = await inspectContainers(
    users.map(({ Id }) => Id),
    engine,
  );
  const began = new Map(users.map(({ Id, State }) => [Id, State.StartedAt]));
  const other = now.find(({ Id, State }) => State.Running || State.StartedAt !== began.get(Id));
  if (other)
    throw new Error(
      `${other.Name.slice(1)}: expected it to stay stopped while its data was copied, got one that somebody started; run it again`,
    );
}
