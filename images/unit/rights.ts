/**
 * What of root's rights a service has in a box that systemd does not start, where it runs as root: what it needs to become another user,
 * hand files on, and change its root, as haproxy, memcached and postfix do. systemd itself has them in a box, too (fleets/box/systemd.ts).
 */
export const rootRights: readonly string[] = [
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "NET_BIND_SERVICE",
  "SETGID",
  "SETUID",
  "SYS_CHROOT",
];

/**
 * Those of them that the lines of CapabilityBoundingSet= leave it (systemd.exec(5)): lists are added, `~` takes away, of a first one so
 * from all; an empty line leaves none.
 */
export function rightsOfRoot(bounds: readonly string[] = []): string[] {
  const [first] = bounds;
  let left = first === undefined || first.startsWith("~") ? rootRights : [];
  for (const line of bounds) {
    const named = line
      .replace(/^~/, "")
      .split(/\s+/)
      .map((name) => name.toUpperCase().replace(/^CAP_/, ""));
    if (line.trim() === "") left = [];
    else if (line.startsWith("~")) left = left.filter((each) => !named.includes(each));
    else left = rootRights.filter((each) => left.includes(each) || named.includes(each));
  }
  return [...left];
}
