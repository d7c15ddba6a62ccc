import { ConfigurationError } from "../config/problem.ts";
import { localEngine, type DockerClient } from "./DockerClient.ts";

/** What an engine says whose images containerd keeps, the default of new installations since Docker 29. */
const containerdStore = "io.containerd.snapshotter.v1";

/**
 * Refuses an engine whose images are kept by containerd: it knows an image by the digest of its manifest, where others know
 * it by that of its configuration, so releases, proofs and other engines would not find it.
 * @param engine how problems name it.
 * @throws ConfigurationError with the way out. An engine that does not answer is the matter of whoever asks it next.
 */
export async function refuseImageStore(engine = "docker", client: DockerClient = localEngine): Promise<void> {
  const { exitCode, stdout } = await client.ask(["info", "--format", "{{json .DriverStatus}}"]);
  if (exitCode !== 0 || !stdout.includes(`"${containerdStore}"`)) return;
  throw new ConfigurationError([
    {
      path: engine,
      expected: "an engine that keeps its images itself (a storage driver such as overlay2)",
      got: `one with containerd's image store (${containerdStore})`,
      fix: 'set {"features": {"containerd-snapshotter": false}} in its /etc/docker/daemon.json and restart it; its images are made or pulled again',
    },
  ]);
}
