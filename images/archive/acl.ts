const maskTag = 0x10;
/** A tag, permissions and an id. */
const entryBytes = 8;
/** Tags of an access control list in its binary form (linux/posix_acl.h), by their names in text: of the owner, of others by name. */
const tags: Record<string, readonly [owner: number, named: number]> = {
  user: [0x01, 0x02],
  group: [0x04, 0x08],
  mask: [maskTag, maskTag],
  other: [0x20, 0x20],
};
const nobody = 0xffffffff;
const version = 2;
/** The owner, the group and all others: what the mode says, too. */
const modeEntries = 3;

/**
 * The value of `system.posix_acl_access` or `_default` for a list as archives have it (acl(5), text form): an entry a line, or
 * several with commas, of others by number or with the number behind: `user:deploy:rw-:1001`. Undefined for an access list
 * that says no more than the mode.
 * @throws Error for what is no entry, or names somebody without a number.
 */
export function aclValue(path: string, kind: "access" | "default", text: string): Buffer | undefined {
  const lines = text.split(/[\n,]/).map((line) => line.replace(/#.*/, "").trim());
  const entries = lines.filter((line) => line !== "").map((line) => entryOf(path, line));
  return kind === "access" && entries.length <= modeEntries ? undefined : binary(entries);
}

/**
 * The mode of a file with an access control list: its bits for the group are those of the list's mask, as in a file system
 * (acl(5)). Some archives have the group's own there.
 */
export function modeWithAcl(mode: number, xattrs: ReadonlyMap<string, Buffer>): number {
  const list = xattrs.get("system.posix_acl_access");
  const mask = list && permissionsOf(list, maskTag);
  return mask === undefined ? mode : (mode & ~0o070) | (mask << 3);
}

function permissionsOf(list: Buffer, tag: number): number | undefined {
  for (let at = 4; at + entryBytes <= list.length; at += entryBytes)
    if (list.readUInt16LE(at) === tag) return list.readUInt16LE(at + 2) & 0o7;
  return undefined;
}

interface Entry {
  tag: number;
  permissions: number;
  id: number;
}

function binary(entries: Entry[]): Buffer {
  entries.sort((a, b) => a.tag - b.tag || a.id - b.id);
  const value = Buffer.alloc(4 + entryBytes * entries.length);
  value.writeUInt32LE(version);
  for (const [index, { tag, permissions, id }] of entries.entries()) {
    value.writeUInt16LE(tag, 4 + entryBytes * index);
    value.writeUInt16LE(permissions, 6 + entryBytes * index);
    value.writeUInt32LE(id, 8 + entryBytes * index);
  }
  return value;
}

function entryOf(path: string, line: string): Entry {
  const [kind = "", who = "", allowed = "", number = who] = line.split(":");
  const known = tags[kind];
  if (!known || !/^[r-][w-][x-]/.test(allowed))
    throw new Error(
      `tar entry ${path}: expected in its access control list user::rwx and the like, got ${JSON.stringify(line)}`,
    );
  const permissions = ["r", "w", "x"].reduce((bits, each) => bits * 2 + (allowed.includes(each) ? 1 : 0), 0);
  if (who === "") return { tag: known[0], permissions, id: nobody };
  if (!/^\d+$/.test(number))
    throw new Error(
      `tar entry ${path}: expected in its access control list the number of ${kind} ${who}, got its name alone; make the archive with tar --numeric-owner`,
    );
  return { tag: known[1], permissions, id: Number(number) };
}
