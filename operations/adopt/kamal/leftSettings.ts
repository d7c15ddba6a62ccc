import type { SayLine } from "../services/told.ts";

const known = new Set(
  "service image servers registry proxy env volumes accessories logging drain_timeout deploy_timeout labels".split(
    " ",
  ),
);

/** Settings of Kamal that say how it works, and have no meaning here. */
const ofKamal = new Set(
  "retain_containers minimum_version readiness_delay run_directory hooks_path secrets_path require_destination primary_role allow_empty_roles error_pages".split(
    " ",
  ),
);

const reasons: Readonly<Record<string, string>> = {
  builder: "no images are built from a Dockerfile here; build and push it by other means, and pin it",
  ssh: "who logs in to a machine is said at the machine: environment.engines.NAME.user (docs/configuration.md)",
  sshkit: "machines are updated one after the other; leave it out",
  boot: "new boxes are made beside all old ones, and the old ones end when the new ones are good; leave it out, or see swap.maxSurge in docs/fleets.md",
  asset_path:
    "files of older releases are not kept in new boxes; serve them from a store or a network that keeps them",
  aliases:
    "no commands of your own are kept; npm run task -- APPLICATION COMMAND… and npm run exec -- FLEET run any",
  traefik: "the edge takes its place; its settings are environment.edge (docs/fleets.md)",
  healthcheck: "belongs to an older Kamal; say it in proxy.healthcheck, and adopt again",
};

/** Keys of a proxy and of a role that are read. */
const within = {
  proxy: new Set(["host", "hosts", "app_port", "ssl", "path_prefix", "strip_path_prefix", "healthcheck"]),
  role: new Set(["hosts", "cmd", "env", "proxy", "options"]),
};

/** Says a line for each key of a proxy, or of a role, that nothing is made of. */
export function sayLeftKeysOf(kind: keyof typeof within, path: string, tree: object, say: SayLine): void {
  for (const key of Object.keys(tree).filter((each) => !within[kind].has(each)))
    say(
      "left",
      `${path}.${key}`,
      kind === "proxy"
        ? "belongs to Kamal's proxy; see what the edge does in docs/fleets.md"
        : "is not known here; look whether boxes need it",
    );
}

/** Says a line for each setting that nothing is made of. */
export function sayLeftSettings(settings: Readonly<Record<string, unknown>>, say: SayLine): void {
  for (const [key, value] of Object.entries(settings)) {
    if (known.has(key) || ofKamal.has(key) || key.startsWith("x-") || value === null) continue;
    say("left", key, reasons[key] ?? "is not known here; look whether boxes need it");
  }
  if (settings["labels"] !== undefined && settings["labels"] !== null)
    say("left", "labels", "boxes have no labels of yours; leave them out");
}
