/** What a key is called elsewhere, and where it belongs here. */
interface OtherWord {
  /** Other tools' names of it, compared without case, dashes and underscores. */
  words: string;
  fix: string;
}

/** Of an application, an accessory or a fleet, as Compose and Kamal describe a service. */
const ofService: readonly OtherWord[] = [
  {
    words: "environment env env_file environment_file variables",
    fix: "write the variables under environment.PART.NAME.environment, in Pulumi.STACK.yaml",
  },
  {
    words: "secrets secret",
    fix: "write ${secret:NAME} where its value is needed, and set it by npm run secrets -- set NAME",
  },
  {
    words: "ports expose app_port container_port",
    fix: "write the one that it listens on as port; the edge has the public one (environment.edge.port)",
  },
  {
    words: "replicas scale deploy instances count",
    fix: "say how many boxes there are in environment.fleets.NAME.boxes",
  },
  { words: "mem_limit memory mem resources", fix: "write environment.fleets.NAME.memory" },
  { words: "cpu cpus cpu_limit", fix: "write environment.fleets.NAME.cpus" },
  {
    words: "healthcheck health_check readiness_probe liveness_probe",
    fix: "write the path as health, or without a port the command as ready",
  },
  {
    words: "depends_on links requires",
    fix: "name accessories in uses; what an application needs runs before it",
  },
  { words: "restart restart_policy", fix: "take it out: boxes always start again" },
  {
    words: "build dockerfile context",
    fix: "write the steps as roles of a layer and name that as layer, or an image that is made elsewhere as image",
  },
  { words: "entrypoint cmd", fix: "write command" },
  { words: "tmpfs read_only", fix: "name what may be written in volatile: all else is read-only" },
  { words: "cap_add", fix: "write capabilities" },
  {
    words: "stop_grace_period stop_timeout drain_timeout",
    fix: "write environment.fleets.NAME.drainSeconds",
  },
  { words: "logging log_driver", fix: "write environment.logs" },
  { words: "domain domains host hosts server_name", fix: "write environment.hosts.NAME" },
  { words: "ssl tls https", fix: "write environment.edge.tls" },
  { words: "proxy servers", fix: "say that it is public, and its host names in environment.hosts.NAME" },
  { words: "cron crontab", fix: "write schedules" },
];

/** Of machine images, as Packer's amazon-ebs has them. */
const ofMachineImages: readonly OtherWord[] = [
  { words: "ami_users snapshot_users launch_permissions", fix: "write accounts" },
  { words: "ami_regions regions", fix: "write copies: { REGION: {} }" },
  { words: "region_kms_key_ids", fix: "write copies.REGION.encryptionKey" },
  { words: "kms_key_id", fix: "write encryptionKey" },
  { words: "encrypt_boot", fix: "write encrypted" },
  {
    words: "source_ami source_ami_filter",
    fix: "write cloud.sourceAmi, with builder: cloud; by default AMIs are made from layers",
  },
  { words: "instance_type", fix: "write cloud.instanceType, with builder: cloud" },
  { words: "ssh_username", fix: "write cloud.user, with builder: cloud" },
  { words: "subnet_id", fix: "write cloud.subnet, with builder: cloud" },
  { words: "volume_size disk_size", fix: "write sizeMiB" },
  { words: "ami_name", fix: "take it out: an AMI is named by its fleet and its content" },
];

/** Of a layer, as Packer's and Docker's recipes have it. */
const ofLayer: readonly OtherWord[] = [
  { words: "image source base parent", fix: "write on for a layer below, or from: { image: NAME@sha256:… }" },
  { words: "playbook_file", fix: "write playbook" },
  { words: "vars extra_vars extra_arguments", fix: "write variables" },
  { words: "inventory_file", fix: "write inventory" },
  { words: "requirements_file galaxy_file", fix: "write requirements" },
  { words: "provisioners run script scripts", fix: "write roles, or provisioner: shell with its steps" },
];

const ofAll: readonly OtherWord[] = [
  {
    words: "services",
    fix: "write what is swapped under applications and fleets, and what keeps data under accessories",
  },
  { words: "networks", fix: "take it out: boxes of an environment reach each other by name" },
];

const places: readonly (readonly [RegExp, readonly OtherWord[]])[] = [
  [/^(environment\.)?(applications|accessories|fleets)\.[^.]+$/, ofService],
  [/^environment\.machineImages$/, ofMachineImages],
  [/^layers\.[^.]+$/, ofLayer],
  [/^(environment)?$/, ofAll],
];

/**
 * The way out for a key that is no key here, and is one of Compose's, Kamal's or Packer's.
 * @param path where it stands: `applications.shop`.
 */
export function otherWord(path: string, key: string): string | undefined {
  const known = places.find(([place]) => place.test(path))?.[1] ?? [];
  const found = known.find(({ words }) => words.split(" ").some((word) => plain(word) === plain(key)));
  const part = path.includes("accessories")
    ? "accessories"
    : path.includes("fleets")
      ? "fleets"
      : "applications";
  return found?.fix.replace(/NAME(?=\.)|NAME$/g, path.split(".").at(-1) ?? "NAME").replace("PART", part);
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[-_]/g, "");
}

const units: Readonly<Record<string, string>> = { k: "KiB", m: "MiB", g: "GiB", t: "TiB" };

/**
 * How a value that another tool takes is written here: `512m` as `512 MiB`, `30s` as `30`, `"yes"` as `true`.
 * @param expected what belongs there, in words.
 */
export function otherForm(expected: string, value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const size = /^([1-9]\d*) ?([kmgt])(i?b)?$/i.exec(value);
  if (size && expected.includes("a size such as"))
    return `${size[1] ?? ""} ${units[(size[2] ?? "").toLowerCase()] ?? ""}`;
  if (expected === "true or false") return truths[value.toLowerCase()];
  const number = numberIn(expected, value);
  const range = /from (\S+) to (\d+)/.exec(expected);
  const fits = number !== undefined && (!range || (number >= Number(range[1]) && number <= Number(range[2])));
  return fits ? String(number) : undefined;
}

const truths: Readonly<Record<string, string>> = {
  yes: "true",
  on: "true",
  true: "true",
  no: "false",
  off: "false",
  false: "false",
};
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

function numberIn(expected: string, value: string): number | undefined {
  const [, amount, unit = ""] = /^(\d+)([a-z]?)$/.exec(value) ?? [];
  if (amount === undefined || !/number|port|seconds|days/.test(expected)) return undefined;
  if (unit === "" || (unit === "d" && expected.includes("days"))) return Number(amount);
  const each = expected.includes("seconds") ? unitSeconds[unit] : undefined;
  return each && Number(amount) * each;
}
