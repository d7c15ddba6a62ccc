/** Negative, 0 or positive, as a version of a Debian package is lower than another, equal or higher (deb-version(7)). */
export function compareDebianVersions(a: string, b: string): number {
  const [x, y] = [partsOf(a), partsOf(b)];
  return x.epoch - y.epoch || compareParts(x.upstream, y.upstream) || compareParts(x.revision, y.revision);
}

/** The epoch ends at the first colon, the revision begins at the last dash; a missing one counts as 0. */
function partsOf(version: string): { epoch: number; upstream: string; revision: string } {
  const colon = version.indexOf(":");
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf("-");
  return {
    epoch: colon < 0 ? 0 : Number(version.slice(0, colon)),
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? "" : rest.slice(dash + 1),
  };
}

/** In turn, what are no digits by their order, and what are by their value. */
function compareParts(a: string, b: string): number {
  const [x, y] = [runsOf(a), runsOf(b)];
  for (let index = 0; index < Math.max(x.length, y.length); index++) {
    const [own, other] = [x[index] ?? "", y[index] ?? ""];
    const order = index % 2 === 0 ? compareWords(own, other) : compareNumbers(own, other);
    if (order !== 0) return order;
  }
  return 0;
}

/** `1.2~rc` is ["", "1", ".", "2", "~rc"]: words at even places, digits at odd ones. */
function runsOf(text: string): string[] {
  return [...text.matchAll(/(\D*)(\d*)/g)].flatMap(([, word = "", digits = ""]) => [word, digits]);
}

function compareWords(a: string, b: string): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const order = orderOf(a[index]) - orderOf(b[index]);
    if (order !== 0) return order;
  }
  return 0;
}

/** A tilde comes before the end, letters come before all else. */
function orderOf(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === "~") return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 256;
}

/** Digits may be more than a number holds: dates and commits are versions, too. */
export function compareNumbers(a: string, b: string): number {
  const [x, y] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  if (x.length !== y.length) return x.length - y.length;
  return x < y ? -1 : x > y ? 1 : 0;
}
