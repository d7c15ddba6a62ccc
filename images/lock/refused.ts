/**
 * What images/packer/locked/box says of packages that the lock refuses, each once; none where it refused none.
 * @param output of a build, as Ansible or Packer told it.
 */
export function refusedByLock(output: string): string[] {
  // Ansible may break what it tells into lines.
  const text = output
    .replace(/^(==>)? *docker\.\w+: ?/gm, "")
    .replace(/\\n/g, "\n")
    .replace(/\n[ \t]+/g, " ");
  const lines = /images\.lock\.yaml: expected [^\n]*?(?:commit what it locks|and run npm run lock)/g;
  return [...new Set([...text.matchAll(lines)].map(([line]) => line))];
}

/** Whether it is refused since no index has the locked version any more. */
export function isGone(line: string): boolean {
  return line.includes(" has the locked one no more");
}

/** Whether apt or dnf did not find what was asked for: then what is gone from its indexes is why, where something is. */
export function isNotFound(output: string): boolean {
  return /No package matching|Unable to locate package|no (available )?installation candidate|Version '.*' for '.*' was not found|No match for argument|filtered out by exclude filtering|Unable to find a match|No package .* available|Failed to install some of the specified packages/.test(
    output.replace(/\s+/g, " "),
  );
}

/** Whether apt or dnf found packages, but none that go together. */
export function isConflict(output: string): boolean {
  return /unmet dependencies|held broken packages|nothing provides|conflicting requests|Depsolve Error/.test(
    output.replace(/\s+/g, " "),
  );
}
