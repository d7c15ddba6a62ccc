import { parentIn, type Statement } from "../../images/proof/statement.ts";
import { readInventory } from "../../images/proof/store.ts";
import type { ProofVerdict } from "../../images/proof/verify.ts";
import { shortDigest } from "../text/format.ts";

/** Exit codes: 0 verified, 2 unsigned or altered, 1 where something could not be looked at. */
export function verdictExitCode(verdicts: readonly ProofVerdict[]): number {
  if (verdicts.some(({ problems }) => problems.length > 0)) return 2;
  return verdicts.some(({ unknown }) => unknown.length > 0) ? 1 : 0;
}

/** A verdict for a terminal: what is wrong, else what the image stands on. */
export function formatVerdict(verdict: ProofVerdict): string {
  const { name, digest, problems, unknown, statement, keys } = verdict;
  const word = problems.length > 0 ? "refused" : unknown.length > 0 ? "could not tell" : "verified";
  const lines = [
    ...problems.map((problem) => `  ${problem}`),
    ...unknown.map((problem) => `  could not tell: ${problem}`),
    ...(statement && problems.length === 0
      ? [`  signed by ${keys.join(", ")}`, ...foundation(digest, statement)]
      : []),
  ];
  return [`${name} ${digest}: ${word}`, ...lines, ""].join("\n");
}

/** What an image was made from, by what, and what is in it. */
function foundation(digest: string, statement: Statement): string[] {
  const { subject, predicate } = statement;
  const { buildDefinition, runDetails } = predicate;
  const dependencies = buildDefinition.resolvedDependencies;
  const parent = parentIn(statement);
  const commit = dependencies.find(({ name }) => name === "source")?.digest["gitCommit"];
  const files = dependencies.filter(({ digest: set }) => set["inputFile"] !== undefined).length;
  const tools = Object.entries(runDetails.builder.version).map(([tool, version]) => `${tool} ${version}`);
  const inside = readInventory(digest)?.contents;
  return [
    `  place ${subject[0]?.name ?? ""}, made ${runDetails.metadata.finishedOn}`,
    `  from ${parent === undefined ? "a base of its own" : `image ${shortDigest(parent)}`}, ${files} files${commit === undefined ? "" : `, commit ${commit.slice(0, 12)}`}`,
    `  by ${tools.join(", ") || "tools that are not named"}`,
    ...(inside
      ? [`  with ${inside.packages.length} packages, ${inside.files.length} files and folders`]
      : []),
  ];
}
