/** Something that is never part of an image. What the patterns match are paths without a leading slash. */
export interface Omission {
  /** What it is, in the build's log. */
  what: string;
  paths: RegExp;
  /** What else must hold; default: nothing. */
  only?: "folders left empty" | "beside its source";
}

/**
 * Everything that a build container has and its image has not: what differs from build to build, belongs to one box, or is
 * mounted there. Each pattern is as wide as the reason beside it.
 */
export const omissions: readonly Omission[] = [
  // The kernel, the engine or systemd mounts something over these folders.
  { what: "mounted", paths: /^(run|dev|proc|sys)\/./ },
  // No program may rely on these from one start to the next (file-hierarchy(7)).
  { what: "temporary", paths: /^(tmp|var\/tmp)\/./ },
  // Full of times. A box has the folder in memory; its subfolders are made at start (images/packer/layer/log_folders.py).
  { what: "logs", paths: /^var\/log\/./ },
  // Out of date as soon as a box runs; apt, dnf, ldconfig and mandb make them again.
  { what: "package lists and indexes", paths: /^var\/(lib\/apt\/lists|cache\/(apt|dnf|ldconfig|man))\/./ },
  // A program must do without what lies in .cache (XDG base directories). npm's cache, and its logs and pip's, named by time.
  { what: "caches in /root", paths: /^root\/\.cache(\/|$)/ },
  {
    what: "caches in /root",
    paths: /^root\/\.(npm\/(_cacache|_logs|_update-notifier-last-checked)|pip\/pip\.log)(\/|$)/,
  },
  { what: "caches in /root", paths: /^root\/\.(npm|pip)$/, only: "folders left empty" },
  // What Ansible copies to a host to run it there, and the results of its asynchronous tasks, under random names.
  { what: "of Ansible's own", paths: /^root\/\.(ansible\/tmp|ansible_async)(\/|$)/ },
  { what: "of Ansible's own", paths: /^root\/\.ansible$/, only: "folders left empty" },
  // What people and programs did while it was built, with times.
  { what: "histories", paths: /^root\/\.(bash_history|python_history|wget-hsts|lesshst)$/ },
  // The engine or systemd gives them to each box.
  {
    what: "identity of one box",
    paths: /^(etc\/(hostname|hosts|resolv\.conf|mtab|machine-id)|var\/lib\/dbus\/machine-id|\.dockerenv)$/,
  },
  { what: "identity of one box", paths: /^var\/lib\/systemd\/(random-seed|rfkill|coredump)(\/|$)/ },
  // Files whose time, or a time in them, is all that they say; and an index of systemd's that it makes again.
  { what: "stamps and locks", paths: /^var\/lib\/systemd\/(timers|timesync|catalog\/database)(\/|$)/ },
  { what: "stamps and locks", paths: /^((etc|var)\/\.updated|var\/lib\/apt\/periodic(\/.*)?)$/s },
  {
    what: "stamps and locks",
    paths: /^(etc\/\.pwd\.lock|var\/lib\/dpkg\/(lock|lock-frontend|triggers\/Lock))$/,
  },
  // The state before the last change, by which the order of changes would show.
  { what: "former states", paths: /^var\/lib\/dpkg\/(status|available|diversions|statoverride)-old$/ },
  { what: "former states", paths: /^var\/lib\/ucf\/(hashfile|registry)\.\d+$/ },
  { what: "former states", paths: /^var\/cache\/debconf\/(config|passwords|templates)\.dat-old$/ },
  // Folders that systemd makes as soon as it needs them; what a role or a service puts there stays.
  { what: "empty folders", paths: /^var\/lib\/(private|systemd\/linger)$/, only: "folders left empty" },
  // Bytecode that names its sources by their time, and that Python compiles again; without its source it is a program.
  // What the role `machine` compiles names them by their content.
  { what: "compiled Python", paths: /^(?!usr\/lib\/fleet\/bytecode\/)(.*\/)?__pycache__\/[^/]+\.pyc$/s },
  {
    what: "compiled Python",
    paths: /^(?!usr\/lib\/fleet\/bytecode\/)(.*\/)?__pycache__$/s,
    only: "folders left empty",
  },
  {
    what: "compiled Python",
    paths: /^(?!usr\/lib\/fleet\/bytecode\/).*\.pyc$/s,
    only: "beside its source",
  },
];

/** The patterns alone. */
export const neverInImages: readonly RegExp[] = omissions.map(({ paths }) => paths);

/** What is left out of a layer, by path. @param entries all paths of the layer, and whether each is a folder. */
export function omittedPaths(entries: ReadonlyMap<string, { isFolder: boolean }>): Map<string, Omission> {
  const omitted = new Map<string, Omission>();
  const maybe: [path: string, omission: Omission][] = [];
  const holding = new Set<string>();
  for (const [path, { isFolder }] of entries) {
    const omission = ruleFor(path, isFolder, (source) => entries.has(source));
    if (!omission) addParents(path, holding);
    else if (omission.only === "folders left empty") maybe.push([path, omission]);
    else omitted.set(path, omission);
  }
  // A folder in another one that may go is judged first.
  maybe.sort(([a], [b]) => b.split("/").length - a.split("/").length);
  for (const [path, omission] of maybe) {
    if (holding.has(path)) addParents(path, holding);
    else omitted.set(path, omission);
  }
  return omitted;
}

function ruleFor(path: string, isFolder: boolean, has: (path: string) => boolean): Omission | undefined {
  const removed = removedBy(path);
  return omissions.find(({ paths, only }) => {
    if (!paths.test(removed ?? path)) return false;
    // A mark that something below goes is left out only where that is in no layer at all.
    if (only === undefined) return true;
    if (removed !== undefined) return false;
    return only === "folders left empty" ? isFolder : !isFolder && has(path.slice(0, -1));
  });
}

/** What a mark of an upper layer takes away: `opt/.wh.x` removes `opt/x`; undefined for other entries. */
function removedBy(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!name.startsWith(".wh.") || name.startsWith(".wh..wh.")) return undefined;
  return path.slice(0, path.length - name.length) + name.slice(4);
}

function addParents(path: string, to: Set<string>): void {
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) to.add(path.slice(0, at));
}
