import type { At } from "../asked.ts";

/** What an exchange is given. */
export interface Exchange {
  at: At;
  /** A text that no exchange before had. */
  mark: string;
  /** To be told the box as soon as it is heard. */
  heard: (box: string) => void;
}

/** An exchange: ends when all came as it must. @throws Error that says what did not. */
export type Exchanging = (exchange: Exchange) => Promise<void>;
