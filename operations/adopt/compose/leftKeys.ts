import type { SayLine } from "../services/told.ts";

/** Keys that are read elsewhere, and those that say nothing that boxes are not anyway. */
const known = new Set(
  "image build command entrypoint environment env_file ports expose depends_on links healthcheck volumes tmpfs secrets configs deploy scale mem_limit cpus ulimits init shm_size stop_grace_period restart cap_add container_name hostname networks profiles labels logging extends cap_drop pull_policy annotations attach develop security_opt read_only".split(
    " ",
  ),
);

const inImage = (word: string) => `boxes run as their image says; say it there (${word} in its Dockerfile)`;
const ofMachine = "would bind boxes to a machine";
const limits = "boxes have limits of memory and processors alone";

/** Why a key cannot be carried over, and what to do instead. */
const reasons: Readonly<Record<string, string>> = {
  user: inImage("USER"),
  working_dir: inImage("WORKDIR"),
  stop_signal: inImage("STOPSIGNAL"),
  privileged: "boxes have no rights over the machine; name single capabilities, or leave the service outside",
  devices: `${ofMachine}; leave the service outside`,
  device_cgroup_rules: `${ofMachine}; leave the service outside`,
  gpus: `${ofMachine}; leave the service outside`,
  runtime: `${ofMachine}; make it the engine's default`,
  network_mode:
    "all boxes are in one network; have the service reached by name and port, or leave it outside",
  pid: `${ofMachine}; leave the service outside`,
  ipc: `${ofMachine}; leave the service outside`,
  userns_mode: `${ofMachine}; set it in the engine`,
  cgroup: "boxes have the engine's control groups; leave it out",
  cgroup_parent: `${ofMachine}; leave it out`,
  extra_hosts:
    "boxes know the names of the engine's DNS; put the name into DNS, or give the address in a variable",
  external_links: "boxes reach what is in their stack; make it an accessory with an `address`",
  dns: "boxes ask the engine's DNS; set it in the engine (daemon.json)",
  dns_search: "boxes ask the engine's DNS; set it in the engine (daemon.json)",
  dns_opt: "boxes ask the engine's DNS; set it in the engine (daemon.json)",
  domainname: "boxes have host names of the engine's; give the name in a variable",
  mac_address: `${ofMachine}; leave it out`,
  pids_limit: `${limits}; leave it out`,
  sysctls: `${limits}; set it on the machine, or do without`,
  mem_reservation: `${limits}; leave it out`,
  memswap_limit: `${limits}; leave it out`,
  mem_swappiness: `${limits}; leave it out`,
  oom_kill_disable: `${limits}; leave it out`,
  oom_score_adj: `${limits}; leave it out`,
  cpu_shares: `${limits}; set environment.fleets.NAME.cpus`,
  cpu_quota: `${limits}; set environment.fleets.NAME.cpus`,
  cpu_period: `${limits}; set environment.fleets.NAME.cpus`,
  cpu_percent: `${limits}; set environment.fleets.NAME.cpus`,
  cpu_count: `${limits}; set environment.fleets.NAME.cpus`,
  cpuset: `${limits}; set environment.fleets.NAME.cpus`,
  blkio_config: `${limits}; leave it out`,
  group_add: inImage("the user's groups"),
  platform: "an image is taken for the engine's own architecture; pin one that is for it",
  stdin_open: "boxes have no terminal; npm run exec -- FLEET opens one in a throw-away box",
  tty: "boxes have no terminal; npm run exec -- FLEET opens one in a throw-away box",
  volumes_from: "a volume has one owner; make it an accessory's, and ask that over the network",
  storage_opt: `${ofMachine}; set it in the engine`,
  isolation: `${ofMachine}; leave it out`,
  credential_spec: `${ofMachine}; leave it out`,
  post_start: "nothing is run in a box beside its command; do it in the image's entry point",
  pre_stop: "nothing is run in a box beside its command; do it in the image's entry point",
  provider: "is run by no container; make it an accessory with an `address`",
  models: "is run by no container; make it an accessory with an `address`",
  use_api_socket: "boxes have no rights over the engine; leave the service outside",
};

/** Values that say what boxes are anyway. */
const asAnyway: Readonly<Record<string, (value: unknown) => boolean>> = {
  privileged: (value) => value === false,
  network_mode: (value) => value === "bridge" || value === "default",
  stop_signal: (value) => value === "SIGTERM",
  tty: (value) => value === false,
  stdin_open: (value) => value === false,
  oom_kill_disable: (value) => value === false,
};

/** Says a line for each key of a service that nothing is made of. */
export function sayLeftKeys(path: string, service: Readonly<Record<string, unknown>>, say: SayLine): void {
  for (const [key, value] of Object.entries(service)) {
    if (known.has(key) || key.startsWith("x-") || value === null || value === undefined) continue;
    if (asAnyway[key]?.(value)) continue;
    say("left", `${path}.${key}`, reasons[key] ?? "is not known here; look whether boxes need it");
  }
  saySecurity(path, service, say);
}

function saySecurity(path: string, service: Readonly<Record<string, unknown>>, say: SayLine): void {
  const options = Array.isArray(service["security_opt"]) ? service["security_opt"].map(String) : [];
  for (const option of options.filter((each) => !/^no-new-privileges(:true)?$/.test(each)))
    say("left", `${path}.security_opt`, `${option}: boxes have the engine's own profile; do without`);
  if (service["read_only"] === false)
    say(
      "changed",
      `${path}.read_only`,
      "the root of every box is read-only; paths in `volatile` may be written",
    );
}
