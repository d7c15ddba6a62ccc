import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import * as path from "node:path";
import { settingPaths, workingFolder, type AnsibleHome } from "../../config/ansibleHome.ts";
import { collections, rolesFolders, type RolePlace } from "../../config/roleFolders.ts";
import { Listing } from "./Listing.ts";
import { pathsNamed, pathTokens } from "./namedPaths.ts";
import { placeFolders, placesOf, sharedFolders } from "./role.ts";
import { namedRoles, parseRoleFile } from "./roleFile.ts";

/** What a run of Ansible begins with; paths relative to the project's root. */
export interface Beginning {
  home: AnsibleHome;
  /** Roles by their names. */
  roles: readonly string[];
  /** Playbooks and inventories. */
  files: readonly string[];
  /** What variables say. */
  text: string;
}

/** Kinds of plugins, each with a folder of its own beside a playbook. */
const pluginKinds = [
  ...["action", "become", "cache", "callback", "cliconf", "connection", "filter", "httpapi", "inventory"],
  ...["lookup", "netconf", "shell", "strategy", "terminal", "test", "vars"],
];
/** What Ansible reads beside a playbook, where it is there. */
const besidePlaybook = [
  ...["group_vars", "host_vars", "library", "module_utils", "doc_fragments"],
  ...["files", "templates", "vars", "tasks", "handlers", "defaults", "meta"],
  ...pluginKinds.map((kind) => `${kind}_plugins`),
];

/** Folders below a role from which it names files. */
const roleParts = ["tasks", "files", "templates", "vars", "handlers", "defaults", "."];
/** Files of a role that name roles. */
const nameRoles = /^(meta|tasks|handlers)\//;
/** Files beside what Ansible reads of a role. */
const besideRole = /^(README\.md|CHANGELOG\.md|LICENSE|molecule|tests|\.github)(\/|$)/;
/** Folders beside a playbook from which it names files. */
const playbookParts = ["files", "templates", "vars", "tasks", "."];
/** No text of Ansible's is larger. */
const largestTextBytes = 1 << 20;

/**
 * The files and folders of the project that a run of Ansible may read, each once and in a stable order, relative to the root:
 * roles, with those that they depend on or include; what lies beside the playbook; collections that are named; files that any of
 * these names, by a path with templates or without. Rather too much than too little: what is missing here makes a stale image.
 */
export function filesRead(root: string, beginning: Beginning): string[] {
  return new Reading(root, beginning.home).all(beginning);
}

/** What names a file. */
interface Namer {
  /** The role whose files it is among. */
  role?: RolePlace;
  /** Whether it can be a playbook's import. */
  imports?: boolean;
}

class Reading {
  private readonly root: string;
  private readonly listing: Listing;
  private readonly home: AnsibleHome;
  private readonly found = new Set<string>();
  /** Playbooks among them of which nothing but their text counts, since no playbook imports them. */
  private readonly unplayed = new Set<string>();
  /** Folders of playbooks. */
  private readonly folders = new Set<string>();
  /** Roles by their folders. */
  private readonly roles = new Map<string, RolePlace>();
  /** Words with `..` that a file outside roles says: from which role they are meant is not known. */
  private readonly farWords = new Set<string>();
  /** Folders of roles and collections, which are found by their names alone. */
  private readonly tooWide: Set<string>;
  private readonly known: ReturnType<typeof collections>;

  constructor(root: string, home: AnsibleHome) {
    this.root = root;
    this.listing = new Listing(root);
    this.home = home;
    this.known = collections(root, home);
    const spaces = this.known.map(({ folder }) => path.posix.dirname(folder));
    this.tooWide = new Set([home.playbooks, ...rolesFolders(root, home), ...spaces].flatMap(withParents));
  }

  all({ roles, files, text }: Beginning): string[] {
    const { playbooks } = this.home;
    const plugins = settingPaths(this.root, this.home, /^(library|module_utils|\w+_plugins)$/);
    this.addFolder(playbooks);
    for (const each of plugins) if (this.listing.has(each)) this.add(each);
    for (const each of files) this.add(each, { imports: true });
    for (const name of roles)
      // A role that is not there is named when its files are read.
      if (!this.addRole(name)) this.add(path.posix.join(playbooks, "roles", name));
    this.readText(text, playbooks, { imports: true });
    for (let before = -1; before !== this.found.size;) {
      before = this.found.size;
      this.addFarWords();
    }
    return [...this.found].sort();
  }

  /** A folder with playbooks, and what Ansible reads beside them. */
  private addFolder(folder: string): void {
    if (this.folders.has(folder)) return;
    this.folders.add(folder);
    for (const name of besidePlaybook) {
      const each = path.posix.join(folder, name);
      if (this.listing.has(each)) this.add(each);
    }
  }

  private addFarWords(): void {
    for (const role of [...this.roles.keys()]) {
      const folders = roleParts.map((part) => path.posix.join(role, part));
      for (const word of [...this.farWords]) this.addNamed(word, folders);
    }
  }

  /** @returns whether there is such a role in the project. */
  private addRole(name: string, namedBy?: RolePlace): boolean {
    const places = placesOf(this.root, this.home, name, namedBy);
    for (const place of places) {
      if (this.roles.has(place.folder)) continue;
      this.roles.set(place.folder, place);
      for (const folder of placeFolders(this.root, place)) this.add(folder, { role: place });
    }
    return places.length > 0;
  }

  private add(start: string, namer: Namer = {}): void {
    const isPlayed = namer.imports === true && this.unplayed.delete(start);
    if (this.covers(start) && !isPlayed) return;
    this.found.add(start);
    for (const file of textFiles(this.root, start)) this.addFile(file, namer);
  }

  /** What a file names. Playbooks are played by their beginnings and by each other alone: by a role they are at most read. */
  private addFile(file: string, { role, imports = false }: Namer): void {
    const text = readFileSync(path.join(this.root, file), "utf8");
    if (text.includes("\u0000") || (role && besideRole.test(path.posix.relative(role.folder, file)))) return;
    const content = this.parsed(file, role);
    const isPlay = !role && isPlaybook(content);
    if (isPlay && !imports) {
      this.unplayed.add(file);
      return;
    }
    this.readText(text, path.posix.dirname(file), { ...(role && { role }), imports: isPlay });
    if (isPlay) this.addFolder(path.posix.dirname(file));
    for (const name of namedRoles(content)) this.addRole(name, role);
  }

  /** What names roles: tasks, plays and `meta`. What is no YAML there is told; elsewhere it may be a template. */
  private parsed(file: string, role: RolePlace | undefined): unknown {
    const full = path.join(this.root, file);
    if (!/\.(ya?ml|json)$/.test(file)) return undefined;
    if (role) return nameRoles.test(path.posix.relative(role.folder, file)) ? parseRoleFile(full) : undefined;
    try {
      return parseRoleFile(full);
    } catch {
      return undefined;
    }
  }

  private covers(file: string): boolean {
    return withParents(file).some((each) => this.found.has(each));
  }

  private readText(text: string, folder: string, { role, imports = false }: Namer): void {
    for (const collection of this.known) {
      if (!text.includes(collection.name)) continue;
      const shared = sharedFolders(this.root, collection.folder);
      for (const each of shared) this.add(each, { role: { folder: collection.folder, collection } });
    }
    const own = role ? roleParts.map((part) => path.posix.join(role.folder, part)) : [];
    const beside = [...this.folders].flatMap((each) =>
      playbookParts.map((part) => path.posix.join(each, part)),
    );
    // Programs that list hosts often read what lies beside their folder.
    const bases = [
      folder,
      ...(role ? own : [path.posix.dirname(folder)]),
      ...beside,
      workingFolder(this.home),
    ];
    for (const word of pathTokens(text)) {
      if (!role && word.includes("../")) this.farWords.add(word);
      this.addNamed(word, bases, imports);
    }
  }

  private addNamed(word: string, folders: readonly string[], imports = false): void {
    for (const folder of new Set(folders))
      for (const each of pathsNamed(this.listing, word, folder))
        if (!this.tooWide.has(each)) this.add(each, { imports });
  }
}

/** Whether a file has plays, or imports them. */
function isPlaybook(content: unknown): boolean {
  if (!Array.isArray(content)) return false;
  return content.some(
    (each: unknown) =>
      typeof each === "object" &&
      each !== null &&
      Object.keys(each).some((key) => /^(hosts|(ansible\.builtin\.)?import_playbook)$/.test(key)),
  );
}

/** A path and the folders above it. */
function withParents(file: string): string[] {
  const parts = path.posix.normalize(file).split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** The texts that are a path, or lie below it, through links too. */
function textFiles(root: string, start: string, seen: ReadonlySet<string> = new Set()): string[] {
  const full = path.join(root, start);
  const stats = statSync(full, { throwIfNoEntry: false });
  if (stats?.isFile() === true) return stats.size <= largestTextBytes ? [start] : [];
  if (stats?.isDirectory() !== true || seen.has(realpathSync(full))) return [];
  const within = new Set([...seen, realpathSync(full)]);
  return readdirSync(full)
    .filter((name) => name !== ".git" && name !== "__pycache__")
    .flatMap((name) => textFiles(root, path.posix.join(start, name), within))
    .sort();
}
