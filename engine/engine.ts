import type { EngineSettings } from "../config/engines.ts";

/** The Docker Engine of another machine, as SSH reaches it. */
export interface Engine {
  name: string;
  /** `ssh://user@address:port`, as OpenSSH, the Docker client and Pulumi's provider take it. */
  url: string;
  sshOptions: string[];
  /** Where the configuration has it; absent: among environment.engines. */
  path?: string;
}

/**
 * An engine of the configuration. Its options of OpenSSH (8.5 or newer) let nobody but this machine answer: they have the one
 * host key that the configuration names, from no file, so that whoever has the state can reach the machine.
 */
export function engineOf(
  name: string,
  { address, port, user, hostKey, privateKey }: EngineSettings,
  path?: string,
): Engine {
  const settings = [
    "BatchMode=yes",
    "ConnectTimeout=15",
    "StrictHostKeyChecking=yes",
    "UserKnownHostsFile=/dev/null",
    "GlobalKnownHostsFile=/dev/null",
    `KnownHostsCommand=/bin/echo %H ${hostKey}`,
    ...(privateKey === undefined ? [] : ["IdentitiesOnly=yes", `IdentityFile=${privateKey}`]),
  ];
  const login = user === undefined ? "" : `${user}@`;
  return {
    name,
    url: `ssh://${login}${address}:${port}`,
    sshOptions: settings.flatMap((setting) => ["-o", setting]),
    ...(path !== undefined && { path }),
  };
}

/** The command line that connects its standard input and output to the engine's API; one login for all that share a path. */
export function dialCommand({ url, sshOptions }: Engine, controlPath: string): [string, ...string[]] {
  const sharing = ["ControlMaster=auto", `ControlPath=${controlPath}`, "ControlPersist=30"];
  return [
    "ssh",
    ...sshOptions,
    ...sharing.flatMap((setting) => ["-o", setting]),
    ...["-T", "--", url, "docker", "system", "dial-stdio"],
  ];
}
