/**
 * What must be there after all checks: they refused its lack, with words of their own.
 * @param value what was looked up; undefined: there is none.
 * @throws Error where nothing was checked.
 */
export function checkedFor<T>(value: T | undefined, what: string): T {
  if (value !== undefined) return value;
  throw new Error(`expected ${what} after all checks, got none; report this`);
}

/** What is there under a name that something else names. */
export function named<T>(record: Readonly<Record<string, T>>, kind: string, name: string): T {
  return checkedFor(record[name], `the ${kind} ${name}`);
}
