/** One entry of a directory as `ls -lp` shows it. */
export interface ListedEntry {
  inode: number;
  /** Type and permission bits. */
  mode: number;
  uid: number;
  gid: number;
  name: string;
  /** Bytes; 0 for anything that has no size. */
  size: number;
}

/** What `stat` and `ea_list` say about one inode. */
export interface InodeDetails {
  links: number;
  /** Space in units of 512 bytes. */
  sectors: number;
  /** Block that holds attributes for which the inode has no room, 0 for none; debugfs does not free it with the inode. */
  attributeBlock: number;
  xattrNames: string[];
}

/**
 * Parses the output of a script of `ls -lp <N>`: the entries of each directory, in the order of the commands.
 * Read by fields, not by lines: `/inode/mode/uid/gid/name/size/`, since a name may hold a line break but no slash.
 */
export function parseListings(output: string): ListedEntry[][] {
  const listings: ListedEntry[][] = [];
  for (let at = 0; at < output.length;) {
    if (output.startsWith("debugfs: ", at)) {
      listings.push([]);
      at = output.indexOf("\n", at) + 1;
    } else if (output[at] === "/") {
      const fields = output.slice(at + 1, at + 1024).split("/", 6);
      const entry = toListedEntry(fields);
      if (entry.inode !== 0 && entry.name !== "." && entry.name !== "..") listings.at(-1)?.push(entry);
      at += fields.join("/").length + 2;
    } else at += 1;
  }
  return listings;
}

function toListedEntry([
  inode = "",
  mode = "",
  uid = "",
  gid = "",
  name = "",
  size = "",
]: string[]): ListedEntry {
  return {
    inode: Number(inode),
    mode: parseInt(mode, 8),
    uid: Number(uid),
    gid: Number(gid),
    name,
    size: Number(size || "0"),
  };
}

/** Parses the output of a script of `stat <N>` and `ea_list <N>` pairs, by inode number. */
export function parseDetails(output: string): Map<number, InodeDetails> {
  const details = new Map<number, InodeDetails>();
  for (const section of output.split(/^debugfs: (?=stat <\d+>$)/m).slice(1)) {
    const inode = Number(/^stat <(\d+)>/.exec(section)?.[1]);
    const attributes = section.split(/^debugfs: ea_list <\d+>$/m)[1] ?? "";
    details.set(inode, {
      links: Number(/^Links: (\d+)/m.exec(section)?.[1]),
      sectors: Number(/Blockcount: (\d+)/.exec(section)?.[1]),
      attributeBlock: Number(/^File ACL: (\d+)$/m.exec(section)?.[1]),
      xattrNames: [...attributes.matchAll(/^ {2}(.+?) \(\d+\)(?: = |$)/gm)].map((match) => match[1] ?? ""),
    });
  }
  return details;
}

/** Free space of a file system, from `show_super_stats -h`. */
export function parseFreeSpace(output: string): { freeBlocks: number; freeInodes: number } {
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)$`, "m").exec(output)?.[1]);
  return { freeBlocks: field("Free blocks"), freeInodes: field("Free inodes") };
}
