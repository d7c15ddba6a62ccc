import type { Say } from "../../images/machine/buildDisks.ts";

/** What a machine image can become. */
export const imageFormats = ["ami", "raw", "qcow2", "vmdk", "ova"] as const;
export type ImageFormat = (typeof imageFormats)[number];

/** What is asked of `npm run image`. */
export interface ImageCommand {
  stack: string;
  fleet: string;
  format: ImageFormat;
  bootTest: boolean;
  /** File to make; none for an AMI. */
  output: string;
  sizeMiB: number | undefined;
  region: string | undefined;
}

/** What a step is given of the command's surroundings. */
export interface ImageProgress {
  say: Say;
  signal: AbortSignal;
  /** Told when something in AWS must be put in order before the command may end. */
  publishing: () => void;
}
