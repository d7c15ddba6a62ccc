/** One installed package, as its database has it. */
export interface Package {
  kind: "deb" | "rpm";
  name: string;
  version: string;
  architecture: string;
  /** The source package, where it has another name. */
  source?: string;
}

/** The installed packages in the text of `/var/lib/dpkg/status` (deb-control(5)), by name. */
export function dpkgPackages(status: string): Package[] {
  const field = (paragraph: string, name: string) =>
    new RegExp(`^${name}: (.*)$`, "m").exec(paragraph)?.[1] ?? "";
  return status
    .split(/\n{2,}/)
    .filter((paragraph) => field(paragraph, "Status").endsWith(" installed"))
    .map((paragraph): Package => {
      const source = field(paragraph, "Source").replace(/ .*$/, "");
      return {
        kind: "deb",
        name: field(paragraph, "Package"),
        version: field(paragraph, "Version"),
        architecture: field(paragraph, "Architecture"),
        ...(source !== "" && { source }),
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
