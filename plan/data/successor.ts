/** A thing of the configuration that may have had another name. */
export type Renamable = Readonly<Record<string, { renamedFrom?: string | undefined }>>;

/**
 * The name by which the owner of data goes now: its own, else the one that says `renamedFrom` and has no data of its own.
 * Undefined where nothing has it.
 */
export function presentName(
  name: string,
  planned: readonly string[],
  recipes: Renamable,
  hasData: (name: string) => boolean,
): string | undefined {
  if (planned.includes(name)) return name;
  return planned.find((each) => recipes[each]?.renamedFrom === name && !hasData(each));
}
