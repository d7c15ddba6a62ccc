import { writeFileSync } from "node:fs";
import { endOfArchive, padding, tarHeader } from "../../../../images/archive/writeTar.ts";
import type { TarEntry } from "../../../../images/archive/tarEntry.ts";

/** One entry of a test's layer: what is not given is plain. */
export type TestEntry = Partial<Omit<TarEntry, "size" | "offset">> & {
  path: string;
  content?: Buffer | string;
};

/** Writes a layer tar. */
export function writeTestLayer(file: string, entries: TestEntry[]): string {
  const blocks = entries.flatMap(({ content = "", ...given }) => {
    const body = Buffer.from(content);
    const plain = {
      type: "file",
      mode: 0o644,
      uid: 0,
      gid: 0,
      mtime: 0,
      target: "",
      deviceMajor: 0,
      deviceMinor: 0,
    } as const;
    const header = tarHeader({ ...plain, offset: 0, xattrs: new Map(), ...given, size: body.length });
    return [header, body, padding(body.length)];
  });
  writeFileSync(file, Buffer.concat([...blocks, endOfArchive]));
  return file;
}
