import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { messageOf } from "../../../work/message.ts";
import { smallDisk, type SmallDisk } from "../../work/fullDisk.ts";
import { survivors } from "../../work/survivors.ts";
import type { Survivor } from "../../work/wholeWrites.ts";
import type { Kind, Try } from "../kind.ts";
import type { Random } from "../random.ts";

const kibibytes = 512;
/** No survivor needs more room than so many pages of the small disk. */
const pages = 12;
const pageBytes = 4096;

/** A small disk that is full at one write of what must survive: it is as before or as after, and written once there is room. */
export const disk: Kind = {
  about: "a small disk that is full at each write of what must survive",
  missing: () => {
    const found = smallDisk(kibibytes);
    found?.remove();
    return Promise.resolve(found ? undefined : "only root may mount a small disk");
  },
  begin: () =>
    Promise.resolve({
      try: (random) => {
        const name = random.oneOf(Object.keys(survivors));
        return onFullDisk(name, survivors[name] as Survivor, random);
      },
      end: () => Promise.resolve(),
    }),
};

async function onFullDisk(name: string, survivor: Survivor, random: Random): Promise<Try> {
  const fault = `full disk: ${name}`;
  const small = smallDisk(kibibytes);
  if (!small) throw new Error("expected a small disk, got none");
  const before = process.env["XDG_CACHE_HOME"];
  try {
    const problem = await written(small, survivor, random.below(pages));
    return { fault, lost: problem === undefined ? 0 : 1, ...(problem !== undefined && { problem }) };
  } finally {
    if (before === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = before;
    small.remove();
  }
}

/** Writes where only so many pages are free, then where there is room. @returns what is wrong with what is read. */
async function written(
  small: SmallDisk,
  { prepare, write, read }: Survivor,
  freePages: number,
): Promise<string | undefined> {
  const folder = path.join(small.folder, "project");
  mkdirSync(folder);
  await prepare(folder);
  const text = () => JSON.stringify(read(folder));
  // A key is made by reading, where there is none.
  const isMade = readdirSync(folder).length > 0;
  const before = isMade ? text() : undefined;
  const room = fillBut(small, freePages);
  let failure: string | undefined;
  try {
    await write(folder);
  } catch (error) {
    failure = messageOf(error);
  }
  const where = `${freePages} pages free`;
  if (failure !== undefined && !/ENOSPC|no space left/.test(failure))
    return `${where}: expected an error that tells of the full disk, got ${failure}`;
  if (failure !== undefined && isMade && text() !== before)
    return `${where}: expected what was there before, got ${text()}`;
  rmSync(room);
  // A release's file is not written twice.
  if (failure !== undefined) await write(folder);
  const partial = readdirSync(folder, { recursive: true }).filter((each) =>
    String(each).endsWith(".partial"),
  );
  if (partial.length > 0) return `${where}: expected nothing half written, got ${partial.join(", ")}`;
  return isMade && text() === before ? `${where}: expected what was written last, got ${text()}` : undefined;
}

/** Takes all room but some pages. @returns the file that takes it. */
function fillBut(small: SmallDisk, freePages: number): string {
  const room = path.join(small.folder, "room");
  const { bavail, bsize } = statfsSync(small.folder);
  writeFileSync(room, Buffer.alloc(Math.max(0, bavail * bsize - freePages * pageBytes)));
  return room;
}
