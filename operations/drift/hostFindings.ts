import { createHash } from "node:crypto";
import { assignment } from "../../plan/glue/environmentFile.ts";
import { describeFile, type RootManifest } from "../parity/manifest.ts";
import { allowedBy, hostDifferences, isOwnOfHosts, type RootDifference } from "../parity/difference.ts";
import type { RootFacts } from "../parity/rootFacts.ts";
import { shorten } from "./finding/content.ts";
import type { DriftFinding } from "./finding/finding.ts";

/** A mutable host, as the last update left it. */
export interface WantedHost {
  name: string;
  /** What the environment of its services says. */
  environment: Readonly<Record<string, string>>;
  /** What may differ there ({@link hostDifferences}). */
  mayDiffer: readonly string[];
}

/** Mounted over their files where a host is a container. */
const mountedByEngines = new Set(["etc/hostname", "etc/hosts", "etc/resolv.conf"]);
const environmentFile = "etc/fleet/box.env";
/** Set-user-id and set-group-id bits in a file's description. */
const setId = /^file [2-7]\d{3} /;

/** How a host differs from the image that the same roles make, and from the environment that it was given. */
export function hostFindings(host: WantedHost, image: RootManifest, facts: RootFacts): DriftFinding[] {
  const open = hostDifferences(image, facts, host.mayDiffer).filter(
    ({ exception }) => exception === undefined,
  );
  // A package that differs explains its files.
  const files = open.filter((each) => each.kind === "file" && each.package === undefined);
  const others = open.filter(({ kind }) => kind !== "file");
  const content = [
    ...shorten(files.map(fileLine)),
    ...shorten(hiddenPrograms(facts)),
    ...hidingMounts(host, image, facts),
    ...strangePrograms(host, image, facts),
  ];
  const found: DriftFinding[] = [
    ...environmentFindings(host, facts),
    ...others.map(({ kind, name, first, second }) => {
      const values = { expected: first ?? "none", got: second ?? "none" };
      return { kind: "content", subject: host.name, what: `${kind} ${name}`, ...values } as const;
    }),
    ...content.map((what) => ({ kind: "content", subject: host.name, what }) as const),
  ];
  return found.map((finding) => ({ ...finding, onHost: true }));
}

function fileLine({ name, first, second }: RootDifference): string {
  return `file /${name} ${first === undefined ? "added" : second === undefined ? "removed" : "changed"}`;
}

/** Values may be secrets: only that it differs is told. */
function environmentFindings({ name, environment }: WantedHost, { manifest }: RootFacts): DriftFinding[] {
  const content = createHash("sha256").update(environmentText(environment)).digest("hex");
  const wanted = describeFile({ type: "file", mode: 0o600, owner: "root", group: "root", content });
  if (manifest.files[environmentFile] === wanted) return [];
  return [{ kind: "settings", subject: name, what: `environment in /${environmentFile} changed` }];
}

/** What the template box.env.j2 of the role `base` makes of an environment; Ansible sorts without regard to case. */
function environmentText(environment: Readonly<Record<string, string>>): string {
  const names = Object.keys(environment).sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const lines = names.map((name) => assignment(name, environment[name] ?? ""));
  return ["# Written by the role `base`; changed there, not here.", ...lines, ""].join("\n");
}

/** Programs that give their owner's rights to whoever starts them, in places that are not compared. */
function hiddenPrograms({ manifest }: RootFacts): string[] {
  return Object.entries(manifest.files)
    .filter(([path, facts]) => isOwnOfHosts(path) && setId.test(facts))
    .map(([path]) => `file /${path} gives its owner's rights to whoever starts it`);
}

/** Mounts over what the image has there: nothing can be told of what they hide. */
function hidingMounts({ mayDiffer }: WantedHost, image: RootManifest, { mounts }: RootFacts): string[] {
  const allowed = allowedBy(mayDiffer);
  return mounts
    .filter((mount) => /^(bin|etc|lib\d*|opt|sbin|usr)(\/|$)/.test(mount) && !mountedByEngines.has(mount))
    .filter((mount) => mount in image.files && allowed(`file /${mount}`) === undefined)
    .map((mount) => `mount at /${mount} hides what the image has there`);
}

/** Programs that run and are none of the image's. */
function strangePrograms(
  { mayDiffer }: WantedHost,
  image: RootManifest,
  { programs, owners }: RootFacts,
): string[] {
  const allowed = allowedBy(mayDiffer);
  return programs
    .filter((program) => {
      const path = program.replace(/ \(deleted\)$/, "");
      const excused = [`file /${path}`, ...(owners.get(path) ?? []).map((name) => `package ${name}`)];
      return !(path in image.files) && excused.every((key) => allowed(key) === undefined);
    })
    .map((program) => `process /${program} runs, which is no program of the image`);
}
