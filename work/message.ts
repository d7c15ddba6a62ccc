/** What is thrown, in words: an error's message alone, without its name and where it was. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
