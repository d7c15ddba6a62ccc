/** A name as the configuration takes it. */
export function layerName(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 31)
    .replace(/-+$/, "");
  return plain === "" ? "all" : plain;
}

/** The same, once: another one where it is taken. */
export function nameBeside(name: string, taken: ReadonlySet<string>): string {
  const plain = layerName(name);
  for (let count = 2, next = plain; ; count += 1) {
    if (!taken.has(next)) return next;
    next = `${plain.slice(0, 28)}-${count}`;
  }
}
