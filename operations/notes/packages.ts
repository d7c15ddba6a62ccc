/** Names and versions of installed packages. */
export type Packages = Record<string, string>;

/** One name that differs; `before` is absent for what was added, `after` for what was removed. */
export interface PackageChange {
  name: string;
  before?: string;
  after?: string;
}

/** What differs between two maps, in alphabetical order. */
export function changesBetween(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): PackageChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => {
    const [old, now] = [before[name], after[name]];
    if (old === now) return [];
    return [{ name, ...(old !== undefined && { before: old }), ...(now !== undefined && { after: now }) }];
  });
}
