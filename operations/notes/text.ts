import { shortDigest } from "../text/format.ts";
import type { PackageChange } from "./packages.ts";

/** What differs between two images in one place. */
export interface PlaceNotes {
  /** `base.python.catalog`. */
  place: string;
  before?: string;
  after?: string;
  packages: PackageChange[];
  configuration: PackageChange[];
  /** Undefined where the layers are not at hand. */
  files: PackageChange[] | undefined;
}

const toldFiles = 20;

/** The notes as Markdown, which reads well in a terminal too. */
export function formatNotes(from: string, to: string, places: readonly PlaceNotes[]): string {
  const head = `# ${from} → ${to}\n`;
  if (places.length === 0) return `${head}\nThe same images.\n`;
  return `${head}${places.map(formatPlace).join("")}`;
}

function formatPlace({ place, before, after, packages, configuration, files }: PlaceNotes): string {
  const digests = `${before ? shortDigest(before) : "none"} → ${after ? shortDigest(after) : "none"}`;
  const sections = [
    ...list("Packages", packages.map(describe)),
    ...list("Configuration", configuration.map(describe)),
    ...(files
      ? list("Files in the layers that differ", limited(files.map(describeFile)))
      : ["", "Files: the layers are not in the cache.", ""]),
  ];
  return `\n## ${place}\n\n${digests}\n${sections.join("\n")}`;
}

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `${title}:`, "", ...lines.map((line) => `- ${line}`), ""];
}

/** `curl 7.88.1 → 7.88.2`, `jq 1.6 added`, `wget 1.21 removed`. */
export function describe({ name, before, after }: PackageChange): string {
  if (before === undefined) return `${name} ${after ?? ""} added`;
  return after === undefined ? `${name} ${before} removed` : `${name} ${before} → ${after}`;
}

function describeFile({ name, before, after }: PackageChange): string {
  if (before === undefined) return `${name} added`;
  return after === undefined ? `${name} removed` : `${name} changed`;
}

function limited(lines: string[]): string[] {
  return lines.length <= toldFiles
    ? lines
    : [...lines.slice(0, toldFiles), `${lines.length - toldFiles} more`];
}
