import { readFileSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import type { Random } from "../random.ts";

/** What a crash or a bad disk does to a file, by name; `random` chooses where. */
export const damages: Readonly<Record<string, (file: string, random: Random) => void>> = {
  truncated: (file, random) => {
    truncateSync(file, random.below(readFileSync(file).length));
    touch(file);
  },
  emptied: (file) => {
    truncateSync(file, 0);
    touch(file);
  },
  zeroed: (file) => {
    writeFileSync(file, Buffer.alloc(readFileSync(file).length));
    touch(file);
  },
  "zeroed in part": (file, random) => {
    const content = readFileSync(file);
    writeFileSync(file, content.fill(0, random.below(content.length)));
    touch(file);
  },
};

/** As long after it was written as damage is found. */
function touch(file: string): void {
  utimesSync(file, 1, 1);
}
