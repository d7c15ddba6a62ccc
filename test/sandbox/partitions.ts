/** Every way to put the members into one or more groups; each group keeps the members' order, groups that of their first. */
export function partitions(members: readonly string[]): string[][][] {
  const [first, ...others] = members;
  if (first === undefined) return [[]];
  return partitions(others).flatMap((groups) => [
    [[first], ...groups],
    ...groups.map((group, index) => [[first, ...group], ...groups.toSpliced(index, 1)]),
  ]);
}
