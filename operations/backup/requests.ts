import { storeOf } from "../../fleets/backup/storeOf.ts";
import { backupRequestSchema, type BackupRequest } from "../../fleets/backup/request.ts";
import type { BackupStore } from "../../fleets/backup/store/store.ts";
import { readRequest } from "../../work/request.ts";
import { commandType, type StateResource } from "../state/resource.ts";

/** How the accessories of a stack are backed up, as its last update has left it: those with backups. */
export function backupRequests(resources: readonly StateResource[]): BackupRequest[] {
  return resources
    .filter((each) => isBackupStep(each) && !each.pendingDelete)
    .map(({ inputs }) => readRequest(backupRequestSchema, String(inputs["stdin"])));
}

/** Whether it is the step that backs an accessory up before its box is replaced: its inputs say how. */
export function isBackupStep({ type, urn, name }: StateResource): boolean {
  return type === commandType && urn.includes("fleet:index:Accessory$") && name.endsWith("-backup");
}

/**
 * Those of the accessory of a name; all of them where none is given.
 * @throws Error where there are none.
 */
export function chooseRequests(
  requests: readonly BackupRequest[],
  accessory: string | undefined,
): BackupRequest[] {
  // On the engine of another machine, the engine's name stands before it.
  const chosen = requests.filter(
    ({ box }) => accessory === undefined || box === accessory || box.endsWith(`.${accessory}`),
  );
  if (chosen.length > 0) return chosen;
  const known = requests.map(({ box }) => box).join(", ") || "none";
  throw new Error(
    `ACCESSORY: expected one with backups (${known}), got ${accessory ?? "nothing"}; say environment.accessories.${accessory ?? "NAME"}.backup, and run up`,
  );
}

/** Where the backups are of another box, `BOX` or `STACK/BOX`, in the same place as an accessory's own; default: its own. */
export function storeFrom(request: BackupRequest, from: string | undefined): BackupStore {
  const [box, stack] = (from ?? "").split("/").toReversed();
  return storeOf({
    ...request,
    ...(box !== undefined && box !== "" && { box }),
    ...(stack !== undefined && { stack }),
  });
}
