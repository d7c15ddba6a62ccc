import type { ForeignMount } from "../services/ForeignService.ts";
import type { SayLine } from "../services/told.ts";
import type { ComposeServiceText } from "./schema.ts";

type Written = NonNullable<ComposeServiceText["volumes"]>[number];

/** Where a service's files stay, and its paths in memory. */
export function mountList(
  path: string,
  { volumes, tmpfs }: ComposeServiceText,
  say: SayLine,
): { mounts: ForeignMount[]; volatile: string[] } {
  const all = (volumes ?? []).map((each, index) => mountOf(`${path}.volumes[${index}]`, each));
  const inMemory = (tmpfs ?? []).map((each, index) => {
    const [target = "", options] = each.split(":");
    const given = options?.split(",") ?? [];
    // All of them are as others are, but for whether programs there may be run.
    const runs = given.includes("exec") && given.lastIndexOf("exec") > given.lastIndexOf("noexec");
    if (given.some((each) => each !== "exec")) sayOptions(`${path}.tmpfs[${index}]`, say);
    return runs ? `${target}:exec` : target;
  });
  return {
    mounts: all.flatMap(({ kind, ...mount }) => (kind === "tmpfs" ? [] : [{ kind, ...mount }])),
    volatile: [...inMemory, ...all.filter(({ kind }) => kind === "tmpfs").map(({ target }) => target)],
  };
}

type Mount = Omit<ForeignMount, "kind"> & { kind: ForeignMount["kind"] | "tmpfs" };

function mountOf(path: string, written: Written): Mount {
  const mount = typeof written === "string" ? shortForm(written) : longForm(written);
  if (!mount.target.startsWith("/"))
    throw new Error(`${path}: expected a volume such as data:/data, got ${mount.source}; correct it`);
  return { ...mount, target: mount.target.replace(/(?<=.)\/+$/, ""), path };
}

function shortForm(text: string): Omit<Mount, "path"> {
  const [first = "", target, options = ""] = text.split(":");
  if (target === undefined) return { kind: "anonymous", source: first, target: first, readOnly: false };
  const kind = /^[.~/]/.test(first) ? "bind" : "volume";
  return { kind, source: first, target, readOnly: options.split(",").includes("ro") };
}

function longForm({
  type,
  source = "",
  target,
  read_only: readOnly = false,
}: Exclude<Written, string>): Omit<Mount, "path"> {
  const named = source === "" ? "anonymous" : "volume";
  const kind = type === "tmpfs" ? "tmpfs" : type === "volume" ? named : "bind";
  return { kind, source, target, readOnly };
}

function sayOptions(path: string, say: SayLine): void {
  say("changed", path, "is in memory without options of its own; the fleet's `memory` limits it");
}
