import type { ReleaseContent } from "../../../images/release/release.ts";

/** What stands before an update or a promotion. */
export interface HoleGateRequest {
  root: string;
  stack: string;
  now: Date;
  /** The release that is to run; default: what the stack's file names, else what is built. */
  release?: ReleaseContent;
  /** What runs now. */
  running: () => Promise<ReleaseContent | undefined>;
  /** Going back to what ran before is never refused, only told. */
  goesBack?: boolean | undefined;
  say: (line: string) => void;
}
