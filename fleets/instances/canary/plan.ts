/** A target group and its share of a rule's requests. */
export interface Share {
  targetGroup: string;
  weight: number;
}

/** Where the old boxes are: the target group with the most requests besides the new one; undefined when there is none. */
export function servingGroup(shares: readonly Share[], to: string): string | undefined {
  const [heaviest] = shares
    .filter(({ targetGroup }) => targetGroup !== to)
    .sort((a, b) => b.weight - a.weight);
  return heaviest?.targetGroup;
}

/** The shares of a step: percent for the new group, the rest for the old one; one alone needs no weight. */
export function sharesAt(percent: number, from: string, to: string): Share[] {
  if (percent >= 100) return [{ targetGroup: to, weight: 100 }];
  if (percent <= 0) return [{ targetGroup: from, weight: 100 }];
  return [
    { targetGroup: from, weight: 100 - percent },
    { targetGroup: to, weight: percent },
  ];
}

/** The shares without one target group; undefined when it has none, or has them all: nothing else could serve. */
export function withdrawn(shares: readonly Share[], to: string): Share[] | undefined {
  const from = servingGroup(shares, to);
  const has = shares.some(({ targetGroup }) => targetGroup === to);
  return has && from !== undefined ? sharesAt(0, from, to) : undefined;
}

/** What is seen of the new group while a step lasts. */
export interface Sight {
  /** Alarms by name: OK, ALARM, INSUFFICIENT_DATA. Absent: there is no such alarm. */
  alarms: Readonly<Record<string, { state: string; reason?: string | undefined }>>;
  /** Why boxes are not in service, by box. */
  complaints: Readonly<Record<string, readonly string[]>>;
}

/** Why the swap must be undone; empty when all is well. */
export function reasonsToAbort(alarms: readonly string[], seen: Sight): string[] {
  const raised = alarms.flatMap((name) => {
    const alarm = seen.alarms[name];
    if (!alarm) return [`alarm ${name}: there is none of this name`];
    if (alarm.state !== "ALARM") return [];
    return [`alarm ${name} is raised${alarm.reason ? `: ${alarm.reason}` : ""}`];
  });
  const ill = Object.entries(seen.complaints)
    .filter(([, list]) => list.length > 0)
    .map(([box, list]) => `box ${box}: ${list.join("; ")}`);
  return [...raised, ...ill];
}

/** Why an update failed in its canary. */
export function describeAbort(fleet: string, percent: number, reasons: readonly string[]): string {
  const head = `fleet ${fleet}: expected no alarm while the new boxes get ${percent} % of the requests, got ${reasons.length}; the old boxes have all requests again and go on serving; mend the image and promote again, or run up`;
  return [head, ...reasons.map((reason) => `  ${reason}`)].join("\n");
}
