/** One installed package, as its database has it. */
export interface Package {
  kind: "deb" | "rpm";
  name: string;
  version: string;
  architecture: string;
  /** The source package, where it has another name. */
  source?: string;
  /** The source package's version, where that is another one: `Source: util-linux (2.41-5)` of login 1:4.16.0-2+really2.41-5. */
  sourceVersion?: string;
}

/** The installed packages in the text of `/var/lib/dpkg/status` (deb-control(5)), by name. */
export function dpkgPackages(status: string): Package[] {
  const field = (paragraph: string, name: string) =>
    new RegExp(`^${name}: (.*)$`, "m").exec(paragraph)?.[1] ?? "";
  return status
    .split(/\n{2,}/)
    .filter((paragraph) => field(paragraph, "Status").endsWith(" installed"))
    .map((paragraph): Package => {
      const [, source = "", sourceVersion] = /^(\S+)(?: \((.*)\))?$/.exec(field(paragraph, "Source")) ?? [];
      return {
        kind: "deb",
        name: field(paragraph, "Package"),
        version: field(paragraph, "Version"),
        architecture: field(paragraph, "Architecture"),
        ...(source !== "" && { source }),
        ...(sourceVersion !== undefined && { sourceVersion }),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Versions by name. */
export function versionsOf(packages: readonly Package[]): Record<string, string> {
  return Object.fromEntries(packages.map(({ name, version }) => [name, version]));
}

/** Where dpkg has its database, without a leading slash. */
export const dpkgDatabase = "var/lib/dpkg/status";
