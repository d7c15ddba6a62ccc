import { flag } from "./option.ts";

/** All that the engine says of an update. */
export const verbose = flag("all that the engine says, with every output and digest", "v");
