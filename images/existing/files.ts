import * as path from "node:path/posix";
import { text } from "node:stream/consumers";
import { extract } from "tar-stream";
import { dockerProblem, localEngine, type DockerClient } from "../../engine/DockerClient.ts";

/** A file or folder of an image that does not run. */
export interface ImageEntry {
  /** Absolute. */
  path: string;
  type: "file" | "folder" | "link" | "other";
  uid: number;
  gid: number;
  /** Permission bits. */
  mode: number;
  /** Of a file alone. */
  content?: string;
}

const types = { file: "file", directory: "folder", symlink: "link" } as const;

/** What a container has at a path and below, running or not, by the engine alone: nothing in it is run. None where there is nothing. */
export async function filesAt(
  container: string,
  place: string,
  engine: DockerClient = localEngine,
): Promise<ImageEntry[]> {
  const args = ["container", "cp", `${container}:${place}`, "-"];
  const { exitCode, stdout, stderr } = await engine.bytes(args);
  if (exitCode !== 0 && /could not find|no such/i.test(stderr)) return [];
  if (exitCode !== 0) throw new Error(dockerProblem(args, stderr));
  return entriesIn(stdout, path.dirname(place));
}

/** The entries of a tar, as absolute paths. @param folder where they lie. */
export async function entriesIn(tar: Uint8Array, folder: string): Promise<ImageEntry[]> {
  const entries: ImageEntry[] = [];
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    const { name, type, uid, gid, mode } = entry.header;
    const content = await text(entry);
    entries.push({
      path: path.join(folder, name).replace(/\/$/, ""),
      type: type in types ? types[type as keyof typeof types] : "other",
      ...{ uid, gid, mode: mode & 0o7777 },
      ...(type === "file" && { content }),
    });
  }
  return entries;
}
