/** A line of HAProxy's has 64 words at most. */
const sourcesInLine = 50;

/** That a request comes from one of some addresses or ranges: HAProxy's condition of that name; no line where there is none. */
export function sourceLines(name: string, sources: readonly string[]): string[] {
  return Array.from({ length: Math.ceil(sources.length / sourcesInLine) }, (_, line) => {
    const some = sources.slice(line * sourcesInLine, (line + 1) * sourcesInLine);
    return `  acl ${name} src ${some.join(" ")}`;
  });
}
