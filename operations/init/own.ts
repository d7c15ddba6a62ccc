import { isMap, parseDocument, type Document } from "yaml";
import { documentText } from "../../work/yamlText.ts";
import { environmentKey } from "../stack/writeEnvironment.ts";

/** What a project is to become. */
export interface Wish {
  /** Its name. */
  name: string;
  /** Whether it keeps the sample's applications. */
  withSample: boolean;
  /** What it begins from, for its changelog: `0.1.0, commit 1234abc`. */
  origin: string;
}

/** The sample's: applications, and the layers and roles that are theirs alone. What they stand on is of use to others. */
export const samples = ["catalog", "orders", "site"];
/** Where a topology says what runs. */
const sections = ["applications", "accessories", "fleets"];

/** The text of Pulumi.yaml with another name, and nothing for `pulumi new`; without the sample, layers to stand on are all that is left. */
export function ownTopology(text: string, { name, withSample }: Wish): string {
  const document = parseDocument(text);
  document.set("name", name);
  document.delete("template");
  if (!withSample) {
    for (const layer of samples) document.deleteIn(["config", "layers", "value", layer]);
    for (const section of sections) document.setIn(["config", section, "value"], {});
  }
  return documentText(document);
}

/**
 * The text of a stack's file whose keys have the project's name of before; without the sample, an edge is all that is left of its
 * environment.
 */
export function ownStack(text: string, former: string, { name, withSample }: Wish): string {
  const document = parseDocument(text);
  const config = document.get("config");
  if (!isMap(config)) return text;
  for (const pair of config.items) {
    const key = String(pair.key);
    if (key.startsWith(`${former}:`)) pair.key = document.createNode(key.replace(former, name));
  }
  if (!withSample) leaveEdge(document, name);
  return documentText(document);
}

function leaveEdge(document: Document, name: string): void {
  const place = ["config", environmentKey(name, document)];
  const edge: unknown = document.getIn([...place, "edge"]);
  document.setIn(place, { ...(edge !== undefined && { edge }), fleets: {} });
}

/** The text of package.json, or of its lock, with another name: of the project, and of it as a package among others. */
export function ownPackage(text: string, { name }: Wish): string {
  const read = JSON.parse(text) as { name: string; packages?: Record<string, { name?: string }> };
  read.name = packageName(name);
  const root = read.packages?.[""];
  if (root) root.name = packageName(name);
  return `${JSON.stringify(read, undefined, 2)}\n`;
}

/** npm knows small letters alone. */
function packageName(name: string): string {
  return name.toLowerCase();
}

/** A changelog that begins here. */
export function ownChangelog({ name, origin }: Wish): string {
  return [
    ...["# Changelog", ""],
    ...["The format is that of [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).", ""],
    ...["## [Unreleased]", "", "### Added", "", `- ${name}, begun from Immutable Fleets ${origin}`, ""],
  ].join("\n");
}
