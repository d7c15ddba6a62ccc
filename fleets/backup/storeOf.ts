import { stackNameOf, type BackupRequest } from "./request.ts";
import { openStore } from "./store/open.ts";
import type { BackupStore } from "./store/store.ts";

/** Where the backups of an accessory are. */
export function storeOf(request: BackupRequest): BackupStore {
  return openStore({ ...request, stack: stackNameOf(request) });
}
