import { mapped, matching, optional, type Option } from "./option.ts";

/** The port on which an environment is published. */
export const port: Option<number | undefined> = mapped(
  matching(
    optional("PORT", "published port (default: that of the environment's edge)", "p"),
    /^\d{1,5}$/,
    "a port",
    "for example --port 8090",
  ),
  (value) => (value === undefined ? undefined : Number(value)),
);
