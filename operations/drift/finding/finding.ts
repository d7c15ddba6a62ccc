/** One thing that is not as the state wants it. */
export interface DriftFinding {
  /** `resource`: Pulumi's own refresh; `settings`: how a box runs; `content`: what is inside; `age`; `stranger`; `backup`: of an accessory. */
  kind: "resource" | "settings" | "content" | "age" | "stranger" | "backup";
  /** The box, or `type name` of another resource. */
  subject: string;
  /** What differs. */
  what: string;
  /** Absent where a value would be a secret or says nothing. */
  expected?: string;
  got?: string;
  /** The resource that new boxes replace to repair it; absent where that does not help. */
  repairUrn?: string;
  /** On a mutable host, which is configured again rather than replaced. */
  onHost?: true;
}

/** What a look for drift found. */
export interface DriftReport {
  stack: string;
  findings: DriftFinding[];
  /** What could not be looked at, and why. */
  unknown: string[];
}

/** Exit codes: 0 no drift, 2 drift, 1 where something could not be looked at and nothing was found. */
export function driftExitCode({ findings, unknown }: DriftReport): number {
  if (findings.length > 0) return 2;
  return unknown.length > 0 ? 1 : 0;
}

/** `settings catalog-1: memory: expected 128 MiB, got 256 MiB`. */
export function describeFinding({ kind, subject, what, expected, got }: DriftFinding): string {
  const values = [
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(got === undefined ? [] : [`got ${got}`]),
  ];
  return `${kind} ${subject}: ${what}${values.length === 0 ? "" : `: ${values.join(", ")}`}`;
}
