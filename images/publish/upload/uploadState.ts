import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeWhole } from "../../../work/wholeFile.ts";
import { DigestTable } from "../blocks/digestTable.ts";

const schema = z.strictObject({
  /** Number in the client token; raised whenever this upload's snapshot was deleted. */
  attempt: z.number().int().min(0),
  /** The pending snapshot; absent while there is none. */
  snapshotId: z.string().optional(),
  /** CompleteSnapshot's parameters, once it may have been sent. */
  completing: z.strictObject({ blocks: z.number().int(), checksum: z.string() }).optional(),
  region: z.string(),
  endpoint: z.string().optional(),
});

/** What is remembered of one upload, so that the next run goes on where a killed one stopped. */
export type UploadState = z.infer<typeof schema>;

/**
 * The folder of one upload: `state.json`, and `sent`, a table of the digests of the blocks that were acknowledged. It is
 * needed because AWS lists the blocks of completed snapshots only (ebsapi-faq).
 */
export class UploadFolder {
  readonly path: string;

  constructor(stateFolder: string, key: string) {
    this.path = join(stateFolder, "uploads", key);
  }

  /** Undefined when there is none, or none that this version can read: then everything is sent again. */
  async read(): Promise<UploadState | undefined> {
    try {
      return schema.parse(JSON.parse(await readFile(join(this.path, "state.json"), "utf8")));
    } catch {
      return undefined;
    }
  }

  write(state: UploadState): void {
    writeWhole(join(this.path, "state.json"), JSON.stringify(state));
  }

  /** The table of acknowledged blocks: of this snapshot's earlier upload when `keep`, else empty. */
  async journal(keep: boolean): Promise<DigestTable> {
    await mkdir(this.path, { recursive: true });
    const file = join(this.path, "sent");
    if (!keep) return DigestTable.open(file, "w+");
    return DigestTable.open(file, "r+").catch(() => DigestTable.open(file, "w+"));
  }

  /** Forgets the upload but for its attempt number, which the next token needs. */
  async clear(state: UploadState): Promise<void> {
    const { attempt, region, endpoint } = state;
    this.write({ attempt, region, ...(endpoint === undefined ? {} : { endpoint }) });
    await rm(join(this.path, "sent"), { force: true });
  }
}

/** Keys of all uploads that this machine remembers. */
export async function uploadKeys(stateFolder: string): Promise<string[]> {
  return readdir(join(stateFolder, "uploads")).catch(() => []);
}
