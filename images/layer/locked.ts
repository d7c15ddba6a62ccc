import { existsSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { architectureOf } from "../../plan/architecture.ts";
import type { BuildResult, LockMode, PlacedRequest } from "../../plan/buildRequest.ts";
import { inputDigest } from "../../plan/inputs.ts";
import { lockFile } from "../../plan/lockFile.ts";
import type { LockedPlace } from "../../plan/lockedPackages.ts";
import { lastTry, type BuildLog } from "../../work/log.ts";
import { messageOf } from "../../work/message.ts";
import { layerPath } from "../archive/store.ts";
import { compareWithLock, type LockEntry } from "../lock/compare.ts";
import { enterLock } from "../lock/enter.ts";
import { givenMode } from "../lock/mode.ts";
import { shownDifference } from "../lock/outcome.ts";
import { isConflict, isGone, isNotFound, refusedByLock } from "../lock/refused.ts";
import type { Contents } from "../proof/contents.ts";
import { noteUse } from "../lock/packageStore.ts";
import { addedLibraries, librariesIn } from "../lock/registry/librariesAdded.ts";
import { lockedByFiles } from "../lock/registry/lockedBy.ts";
import { refusedByPip } from "../lock/registry/constraints.ts";
import { notHeld } from "../lock/registry/notHeld.ts";
import { librariesReport } from "../lock/registry/report.ts";
import { keepFetched, lockWorkFolder, stageLock } from "../lock/stage.ts";
import { galaxyContent } from "../play/galaxyContent.ts";
import { refusedByGalaxy } from "../play/heldRequirements.ts";
import { bundledWheels } from "../proof/bundledWheels.ts";
import { readInventory } from "../proof/store.ts";

/** A request with all that is built for it, and what is to come into the lock. */
export interface MadeLayer {
  /** As the lock has the layer from now on. */
  request: PlacedRequest;
  result: BuildResult;
  entered?: LockEntry | undefined;
  /** What it is made of, where that was read while the engine took it. */
  contents?: Contents | undefined;
}

/**
 * Makes a layer that holds to its lock, where it has one. Only one that may renew its lock (`npm run freshen`) is made again without it, where
 * locked versions can be had no more.
 * @throws Error that names all packages that the lock refused, where that is why it failed.
 */
export async function holdingToLock(
  request: PlacedRequest,
  root: string,
  log: BuildLog,
  make: (request: PlacedRequest) => Promise<MadeLayer>,
): Promise<MadeLayer> {
  if (!request.inputs.locked) return make(request);
  const renews = request.lock === "renewed";
  const first = renews ? "open" : (request.lock ?? givenMode());
  try {
    return await held({ ...request, lock: first }, root, log, make);
  } catch (error) {
    if (!renews || !(error instanceof LockRefusal) || !error.isRenewable) throw error;
    log.step(error.message);
    return await held({ ...request, lock: "renewed" }, root, log, make);
  }
}

/** That a build failed for what is locked. */
class LockRefusal extends Error {
  /** Whether it succeeds with what the mirror has now. */
  readonly isRenewable: boolean;

  constructor(message: string, isRenewable: boolean, cause: unknown) {
    super(message, { cause });
    this.isRenewable = isRenewable;
  }
}

async function held(
  request: PlacedRequest & { lock: LockMode },
  root: string,
  log: BuildLog,
  make: (request: PlacedRequest) => Promise<MadeLayer>,
): Promise<MadeLayer> {
  const tell = (line: string) => {
    log.step(line);
  };
  await stageLock(request, root, request.lock, tell);
  const before = readFileSync(log.file, "utf8").length;
  try {
    return await make(request);
  } catch (error) {
    const output = lastTry(readFileSync(log.file, "utf8").slice(before));
    throw refusal(request, output, error) ?? error;
  } finally {
    keepFetched(request, tell);
    rmSync(lockWorkFolder(request), { recursive: true, force: true });
  }
}

/** That a build failed for what is locked: refused, or, where apt itself found no way, gone from its indexes, or no match. */
function refusal(request: PlacedRequest, output: string, error: unknown): LockRefusal | undefined {
  const { id, inputs } = request;
  const printed = `${output}\n${messageOf(error)}`;
  const told = (lines: readonly string[]) =>
    lines.map((line) => `layers.${inputs.layer}, ${line}`).join("\n");
  const refused = refusedByLock(output);
  if (refused.length > 0) return new LockRefusal(told(refused), refused.every(isGone), error);
  const gone = isNotFound(printed) || isConflict(printed) ? goneFor(request) : [];
  if (gone.length > 0) return new LockRefusal(told(gone), true, error);
  const unmet = unmetFor(request, printed);
  if (unmet.length > 0) return new LockRefusal(`${told(unmet)}\n${messageOf(error)}`, true, error);
  if (!isConflict(printed)) return undefined;
  const line = `${lockFile}: expected packages that go with those locked in ${id} and there below it, got none, as apt says below; npm run freshen, and commit what it locks`;
  return new LockRefusal(`${told([line])}\n${messageOf(error)}`, true, error);
}

/** What pip or ansible-galaxy, as it printed, could not give as it is locked. */
function unmetFor({ id, inputs: { locked = {} } }: PlacedRequest, printed: string): string[] {
  const line = (does: string, name: string) =>
    `${lockFile}: expected ${does} ${name} ${locked[name]?.version ?? ""} in ${id}, got a conflict, as it says below; npm run freshen, and commit what it locks`;
  return [
    ...refusedByPip(printed, locked).map((name) => line("pip to install", name)),
    ...refusedByGalaxy(printed, locked).map((name) => line("ansible-galaxy to give", name)),
  ];
}

/** What the box said before it went (images/packer/locked/failed.sh), or dnf of a new root. */
function goneFor(request: PlacedRequest): string[] {
  const files = ["gone.told", "gone.rpm"].map((name) => path.join(lockWorkFolder(request), name));
  return files
    .filter((file) => existsSync(file))
    .flatMap((file) => refusedByLock(readFileSync(file, "utf8")));
}

/**
 * A request as the lock has its layer from now on: what is built has the digest that a build from that lock would have. The log is told what pip,
 * npm and ansible-galaxy brought, and what locks it.
 * @param layers digests of the layers that were made, lowest first.
 * @throws Error with all that differs from the lock, where that is frozen.
 */
export function comparedRequest(
  request: PlacedRequest,
  layers: readonly string[],
  root: string,
  log: BuildLog,
): Pick<MadeLayer, "request" | "entered"> {
  const entered = compareWithLock(request, layers, broughtBeside(request, layers, root, log));
  if (!entered) return { request };
  const inputs = { ...request.inputs, locked: entered.entry.packages };
  const digest = inputDigest(inputs, request.parent, request.held);
  return { request: { ...request, inputs, inputDigest: digest }, entered };
}

/** What was brought beside packages of the distribution and is locked by no file, as the lock is to have it. */
function broughtBeside(
  { inputs, parent, lock }: PlacedRequest,
  layers: readonly string[],
  root: string,
  log: BuildLog,
): LockedPlace["packages"] {
  const below = parent === undefined ? undefined : readInventory(parent)?.contents;
  const bundled = bundledWheels((below?.files ?? []).map((file) => file.path));
  const found = librariesIn(layers.map(layerPath)).filter(
    ({ kind, name, version }) => kind !== "pypi" || !bundled.has(`${name} ${version}`),
  );
  const added = addedLibraries(found, below?.libraries ?? [], lockedByFiles(root, inputs));
  const held = (lock !== "renewed" && inputs.locked) || {};
  const galaxy = galaxyContent(inputs.play, root, inputs.tools["ansible"] ?? "", held);
  // All of a base that is pinned by its content is locked by that.
  const isPinned = inputs.from?.image !== undefined || inputs.from?.archive !== undefined;
  if (!isPinned)
    for (const line of librariesReport(added, galaxy, {
      locked: held,
      loose: notHeld({ ...inputs, locked: held }, root),
    }))
      log.step(line);
  const libraries = Object.entries(added.open).map(([id, version]) => [id, { version }] as const);
  return { ...Object.fromEntries(libraries), ...galaxy };
}

/** Puts what was built beyond the lock into it, and notes which files of packages it is made of. */
export async function enterBuilt(
  { request, entered }: MadeLayer,
  root: string,
  log: BuildLog,
): Promise<void> {
  noteUse(request);
  if (!entered) return;
  const { id, inputs } = request;
  await enterLock(root, id, architectureOf(inputs.tools), entered.entry);
  const told = entered.differences.map(shownDifference);
  log.step(`${lockFile}: ${told.length > 0 ? told.join(", ") : "digests of packages are new"}; commit it`);
}
