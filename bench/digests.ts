import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { execa } from "execa";
import { digestFiles } from "../plan/digest.ts";
import { timed, type Figure } from "./table.ts";

const fileCount = 10_000;

/** Input digests of 10,000 files, beside `sha256sum` on the same files. */
export async function digestFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-digests-"));
  try {
    for (let index = 0; index < fileCount; index++) {
      const part = path.join(folder, "files", String(index % 100));
      if (index < 100) mkdirSync(part, { recursive: true });
      writeFileSync(path.join(part, String(index)), `${index}\n`.repeat(200));
    }
    digestFiles(folder, ["files"]); // warm
    const [ours] = await timed(() => Promise.resolve(digestFiles(folder, ["files"])));
    const sum = ["files", "-type", "f", "-exec", "sha256sum", "{}", "+"];
    const [peer] = await timed(() => execa("find", sum, { cwd: folder, stdout: "ignore" }));
    return [
      {
        what: "input digests of 10,000 files, beside sha256sum",
        ours: `${ours.toFixed(2)} s`,
        peer: `${peer.toFixed(2)} s`,
        ratio: ours / peer,
        goal: "< 1 s",
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
