import * as path from "node:path";
import type { Listing } from "./Listing.ts";
import { literalPattern } from "../../work/literalPattern.ts";

/** Stands for a template, whatever that becomes. */
const anything = "\u0000";
const wordPattern = new RegExp(`[\\w.\\-+@~/${anything}]+`, "g");

/** What a text of Ansible's may name: paths as they are written, in which `\0` stands for what a template becomes. */
export function pathTokens(text: string): string[] {
  const inside: string[] = [];
  const outside = text
    .replace(/\{\{[-+]?\s*role_path\s*[-+]?\}\}\/?/g, "./")
    .replace(/\{\{[-+]?\s*(playbook_dir|inventory_dir)\s*[-+]?\}\}\/?/g, "./")
    .replace(/\{\{.*?\}\}/gs, (template) => {
      for (const [, , part = ""] of template.matchAll(/(["'])(.*?)\1/gs))
        inside.push(part.replace(/^\/(?!\/)/, ""));
      return anything;
    });
  const words = [outside, ...inside].flatMap((part) => part.match(wordPattern) ?? []);
  const named = words.map((word) => word.replace(/\.$/, "")).filter(mayBePath);
  return [...new Set(named)];
}

/** A word with a letter in it that is relative, and no number. */
function mayBePath(word: string): boolean {
  return /[A-Za-z]/.test(word) && !/^[/~]/.test(word) && word.length < 300;
}

/**
 * The files and folders of the project that a word names from a folder. A single word is taken for a file alone: it would else
 * be the name of half of all folders.
 * @returns paths relative to the root
 */
export function pathsNamed(listing: Listing, word: string, folder: string): string[] {
  const [first = ""] = word.split("/", 1);
  // Most words name nothing: told before a path is made of them.
  if (!/^\.{1,2}$/.test(first) && !first.includes(anything) && !listing.entries(folder).has(first)) return [];
  const joined = path.posix.normalize(path.posix.join(folder, word)).replace(/\/$/, "");
  if (joined.startsWith("..") || joined === ".") return [];
  if (joined.includes(anything)) return matching(listing, ".", joined.split("/"));
  if (word.includes("/")) return listing.has(joined) ? [joined] : [];
  return listing.isFile(joined) ? [joined] : [];
}

function matching(listing: Listing, folder: string, [segment, ...others]: readonly string[]): string[] {
  if (segment === undefined) return [folder];
  const isPattern = segment.includes(anything);
  const names = isPattern ? [...listing.entries(folder)].filter(patternOf(segment)) : [segment];
  return names
    .map((name) => path.posix.join(folder, name))
    .filter((each) => listing.has(each))
    .flatMap((each) => matching(listing, each, others));
}

/** A pattern of texts that have these parts in this order, from the first to the last, with anything between them. */
export function anythingBetween(parts: readonly string[]): RegExp {
  const escaped = parts.map(literalPattern);
  return new RegExp(`^${escaped.join(".*")}$`, "s");
}

function patternOf(segment: string): (name: string) => boolean {
  const pattern = anythingBetween(segment.split(anything));
  return (name) => !name.startsWith(".") && pattern.test(name);
}
