import type { GuestReport } from "./report.ts";

/** A path that must answer. */
export interface HealthPath {
  /** Port in the guest. */
  port: number;
  /** Path and query, with a leading slash. */
  path: string;
  /** Host name that is asked for; default: this machine's address. */
  host?: string | undefined;
  /** Status of a healthy answer; default: 200. */
  expected?: number | undefined;
  /** Whether it can be healthy by itself; default: true. Else 503 is taken too: what it needs is not there in the test. */
  alone?: boolean;
  /** Value of X-Image-Digest; default: the digest of the image that the disk was made for. */
  digest?: string | undefined;
}

/** Whether the answer of a path is the one that is waited for. */
export function isAnswered({ alone = true, expected = 200, status }: HealthAnswer): boolean {
  return status === expected || (!alone && status === 503);
}

/** Answer of one health path, the last one that was got. */
export interface HealthAnswer extends HealthPath {
  /** HTTP status; undefined: nobody answered. */
  status?: number;
  /** The X-Image-Digest that was sent. */
  sent?: string;
}

/** Everything that was seen of a boot. */
export interface BootObservation {
  /** Digest of the image that the disk was made for. */
  digest: string;
  /** Reports in the order in which they came. */
  reports: GuestReport[];
  /** Critical messages of the guest's journal. */
  criticalMessages: string[];
  answers: HealthAnswer[];
  /** Whether the guest switched itself off when asked. */
  stopped: boolean;
  /** Bytes that the guest wrote to its disk. */
  writtenBytes: number;
}

/** Everything that is wrong with a boot, as sentences; none when it passed. */
export function judgeBoot(seen: BootObservation): string[] {
  const last = seen.reports.at(-1);
  if (!last)
    return [
      "boot: expected FLEET-REPORT on the console, got none in time; read the console log",
      ...judgeAnswers(seen),
    ];
  const problems = judgeAnswers(seen);
  const expect = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(problem);
  };
  expect(
    last.failed.length === 0,
    `units: expected none failed, got ${last.failed.join(", ")}; correct their roles`,
  );
  expect(last.critical === 0, `journal: expected no critical message, got ${messages(seen, last.critical)}`);
  expect(
    last.root === "read-only",
    `root: expected read-only below a volatile overlay, got ${last.root}; see role "machine"`,
  );
  expect(
    last.digest === seen.digest,
    `digest: expected ${seen.digest}, got ${last.digest || "none"} from the guest; build the disk again`,
  );
  expect(
    seen.writtenBytes === 0,
    `disk: expected to stay as it was, got ${seen.writtenBytes} bytes written; see role "machine"`,
  );
  expect(
    seen.stopped,
    "stop: expected the guest to switch off when asked, got none in time; read the console log",
  );
  return problems;
}

function judgeAnswers({ answers, digest }: BootObservation): string[] {
  return answers.flatMap((answer) => {
    const where = `http :${answer.port}${answer.path}`;
    if (!isAnswered(answer))
      return [
        `${where}: expected ${answer.expected ?? 200}${answer.alone === false ? " or 503" : ""}, got ${answer.status ?? "no answer"}; read the console log`,
      ];
    const wanted = answer.digest ?? digest;
    if (answer.sent === wanted) return [];
    return [
      `${where}: expected X-Image-Digest ${wanted}, got ${answer.sent ?? "none"}; send FLEET_IMAGE_DIGEST of /run/fleet/box.env`,
    ];
  });
}

function messages({ criticalMessages }: BootObservation, count: number): string {
  return `${count}: ${criticalMessages.slice(0, 3).join(" | ")}`;
}
