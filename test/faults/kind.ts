import type { Random } from "./random.ts";

/** What came of one fault. */
export interface Try {
  /** What was done, in few words: a line of the table. */
  fault: string;
  /** Where it was done; told, and not counted by. */
  where?: string;
  /** What did not come right by itself; undefined: all did. */
  problem?: string;
  /** Requests, writes or files that were lost and must not have been; those in flight on what was killed do not count. */
  lost: number;
}

/** Something that faults are done to, made once for many tries. */
export interface Subject {
  /** Does one fault, chosen by chance, and looks at what comes of it. It leaves the subject fit for the next one. */
  try(random: Random): Promise<Try>;
  /** Looks at what must be so once all tries are over, where none of them has failed. */
  last?(): Promise<Try>;
  end(): Promise<void>;
}

/** A kind of faults. */
export interface Kind {
  about: string;
  /** Why this machine cannot do it; undefined when it can. */
  missing(): Promise<string | undefined>;
  begin(): Promise<Subject>;
}
