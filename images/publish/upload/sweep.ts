import { isLocked } from "../../../work/lock.ts";
import type { UploadIdentity } from "../snapshot/identity.ts";
import type { SnapshotService } from "../snapshot/snapshotService.ts";
import { UploadFolder, uploadKeys } from "./uploadState.ts";

export interface Sweep {
  service: SnapshotService;
  stateFolder: string;
  /** Region and endpoint that are swept. */
  identity: Pick<UploadIdentity, "region" | "endpoint">;
  /** Key of the upload that is about to run. */
  except: string;
  say: (text: string) => void;
}

/**
 * Deletes the pending snapshots of other disks whose uploads were killed on this machine: that disk may never be built
 * again. Those of a living process are left alone, and so are those of other machines, which AWS cancels by itself 60
 * minutes after their last block (API_StartSnapshot, Timeout).
 */
export async function sweepUploads({ service, stateFolder, identity, except, say }: Sweep): Promise<void> {
  for (const key of await uploadKeys(stateFolder)) {
    const folder = new UploadFolder(stateFolder, key);
    const state = key === except ? undefined : await folder.read();
    if (
      state?.snapshotId === undefined ||
      state.region !== identity.region ||
      state.endpoint !== identity.endpoint
    )
      continue;
    if (isLocked(`publish-${key}`)) continue;
    const snapshot = await service.find(state.snapshotId);
    if (snapshot && snapshot.state !== "completed") {
      say(`deleting ${state.snapshotId}, whose upload was interrupted`);
      await service.delete(state.snapshotId);
    }
    await folder.clear({ ...state, attempt: state.attempt + 1 });
  }
}
