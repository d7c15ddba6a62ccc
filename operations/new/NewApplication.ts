import type { Kind } from "./kinds.ts";

/** What is asked for. */
export interface NewApplication {
  name: string;
  kind: Kind;
  /** The stack whose file gets a fleet of it. */
  stack: string;
  /** Where it listens; default: the first port from 8080 on that nothing has. */
  port?: number;
  /** The layer that it stands on; default: that of its kind. */
  on?: string;
  /** Of the kind `image`: pinned by its digest. */
  image?: string;
}
