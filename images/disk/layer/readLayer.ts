import { closeSync, fstatSync, openSync } from "node:fs";
import { nameBytes } from "../../archive/nameText.ts";
import { indexTar } from "../../archive/readTar.ts";
import type { TarEntry } from "../../archive/tarEntry.ts";
import { joinPath, nameOf, parentOf, type Layer } from "./entry.ts";
import { messageOf } from "../../../work/message.ts";

/**
 * Reads the entries of an OCI layer tar; contents stay where they are and are referred to by offset.
 * Whiteouts are recognised as the OCI image specification defines them (layer.md, "Whiteouts").
 * @param tarFile an uncompressed tar on this machine.
 * @throws Error on a damaged or compressed archive, and listing every path that a disk cannot have.
 */
export function readLayer(tarFile: string): Layer {
  const layer: Layer = { entries: new Map(), whiteouts: new Set(), opaque: new Set() };
  const entries = readEntries(tarFile);
  const faults = entries.flatMap((entry) =>
    faultsOf(entry).map((fault) => `${tarFile}: ${fault}; make the layer again`),
  );
  if (faults.length > 0) throw new Error(faults.join("\n"));
  for (const entry of entries) addEntry(layer, tarFile, entry);
  resolveLinks(layer);
  return layer;
}

function readEntries(tarFile: string): TarEntry[] {
  const descriptor = openSync(tarFile, "r");
  try {
    return indexTar(descriptor, 0, fstatSync(descriptor).size);
  } catch (error) {
    const message = messageOf(error);
    throw new Error(`${tarFile}: expected an uncompressed, complete tar; ${message}; make the layer again`, {
      cause: error,
    });
  } finally {
    closeSync(descriptor);
  }
}

function faultsOf({ path, data }: TarEntry): string[] {
  const parts = path.split("/");
  const shown = JSON.stringify(path);
  return [
    ...(parts.includes("..") ? [`${shown}: expected a path inside the root, got ".."`] : []),
    ...(path !== "" && parts.some((part) => part === "" || part === ".")
      ? [`${shown}: expected a plain path, got empty parts`]
      : []),
    ...(data ? [`${shown}: expected a whole file, got one with holes`] : []),
    ...(parts.some((part) => nameBytes(part.replace(/^\.wh\./, "")).length > 255)
      ? [`${shown}: expected names of at most 255 bytes`]
      : []),
  ];
}

function addEntry(layer: Layer, file: string, entry: TarEntry): void {
  const name = nameOf(entry.path);
  if (name === ".wh..wh..opq") layer.opaque.add(parentOf(entry.path));
  else if (name.startsWith(".wh..wh."))
    return; // bookkeeping of aufs, reserved by the specification
  else if (name.startsWith(".wh.")) layer.whiteouts.add(joinPath(parentOf(entry.path), name.slice(4)));
  else layer.entries.set(entry.path, { ...entry, file });
}

/** Links to links become links to the entry that holds the content. */
function resolveLinks({ entries }: Layer): void {
  for (const entry of entries.values()) {
    const seen = new Set([entry.path]);
    for (
      let next = entries.get(entry.target);
      entry.type === "link" && next?.type === "link";
      next = entries.get(entry.target)
    ) {
      if (seen.has(next.path))
        throw new Error(
          `/${entry.path}: expected a hard link to a file, got one to itself; make the layer again`,
        );
      seen.add(next.path);
      entry.target = next.target;
    }
  }
}
