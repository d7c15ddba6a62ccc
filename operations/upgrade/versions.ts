/** A tag that names a version. */
export interface VersionTag {
  tag: string;
  commit: string;
}

const form = /^v?(\d+)\.(\d+)\.(\d+)(-[\w.-]+)?$/;

/** The versions among what `git ls-remote --tags` lists; of a signed or annotated tag, the commit that it names. */
export function versionTags(listing: string): VersionTag[] {
  const commits = new Map<string, string>();
  for (const line of listing.split("\n")) {
    const [commit = "", ref = ""] = line.split("\t");
    const tag = ref.replace(/^refs\/tags\//, "").replace(/\^\{\}$/, "");
    if (!form.test(tag)) continue;
    if (ref.endsWith("^{}") || !commits.has(tag)) commits.set(tag, commit);
  }
  return [...commits].map(([tag, commit]) => ({ tag, commit }));
}

/** The newest version; what comes before one (`-rc.1`) is taken only by name. */
export function newestVersion(tags: readonly VersionTag[]): VersionTag | undefined {
  return tags
    .filter(({ tag }) => !form.exec(tag)?.[4])
    .sort((one, other) => compareVersions(one.tag, other.tag))
    .at(-1);
}

/** The version of that name, with or without its `v`. */
export function namedVersion(tags: readonly VersionTag[], name: string): VersionTag | undefined {
  return tags.find(({ tag }) => tag === name) ?? tags.find(({ tag }) => tag === `v${name}`);
}

function compareVersions(one: string, other: string): number {
  const [first, second] = [numbersOf(one), numbersOf(other)];
  const differing = first.findIndex((number, index) => number !== second[index]);
  return differing < 0 ? 0 : (first[differing] ?? 0) - (second[differing] ?? 0);
}

function numbersOf(tag: string): number[] {
  return (form.exec(tag) ?? []).slice(1, 4).map(Number);
}
