import { ancestorsOf, parentOf, type Layer, type LayerEntry } from "./entry.ts";

/**
 * Folds a chain of layers, lowest first, into one layer with the same result, so that a base disk is written in one pass.
 * Whiteouts and opaque directories of the chain are resolved; what is below the chain is assumed to be empty.
 */
export function mergeLayers(layers: Layer[]): Layer {
  return layers.reduce(mergeTwo, { entries: new Map(), whiteouts: new Set(), opaque: new Set() });
}

function mergeTwo(lower: Layer, upper: Layer): Layer {
  const removed = new Set([...lower.entries.keys()].filter((path) => isHidden(path, lower, upper)));
  const entries = keepLinkedContent(lower.entries, removed);
  for (const [path, entry] of upper.entries) entries.set(path, { ...entry });
  for (const entry of entries.values()) resolveLink(entry, entries);
  return { entries, whiteouts: new Set(), opaque: new Set() };
}

/** Whether an upper layer takes a lower path away, by itself or with one of the directories above it. */
function isHidden(path: string, lower: Layer, upper: Layer): boolean {
  return [path, ...ancestorsOf(path)].some((name) => {
    if (name !== "" && (upper.whiteouts.has(name) || upper.opaque.has(parentOf(name)))) return true;
    const over = upper.entries.get(name);
    return (
      over !== undefined && !(over.type === "directory" && lower.entries.get(name)?.type === "directory")
    );
  });
}

/** Lower entries that stay; where a file goes but another name of it stays, that name takes over its content. */
function keepLinkedContent(lower: Map<string, LayerEntry>, removed: Set<string>): Map<string, LayerEntry> {
  const heirs = new Map<string, string>();
  const kept = new Map<string, LayerEntry>();
  for (const [path, entry] of lower) {
    if (removed.has(path)) continue;
    const first = entry.type === "link" && removed.has(entry.target) ? lower.get(entry.target) : undefined;
    const heir = heirs.get(entry.target);
    if (first && heir !== undefined) kept.set(path, { ...entry, target: heir });
    else if (first) kept.set(path, { ...first, path });
    else kept.set(path, { ...entry });
    if (first && heir === undefined) heirs.set(entry.target, path);
  }
  return kept;
}

/** A link of an upper layer may name what is itself a link in a lower one. */
function resolveLink(entry: LayerEntry, entries: Map<string, LayerEntry>): void {
  if (entry.type !== "link") return;
  const target = entries.get(entry.target);
  if (target?.type === "link") entry.target = target.target;
}
