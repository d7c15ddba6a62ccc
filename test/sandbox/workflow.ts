import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { execa } from "execa";
import { parse } from "yaml";
import { projectRoot } from "../../config/root.ts";
import type { Sandbox } from "./sandbox.ts";

/** A step of a workflow, as far as it runs commands or a script of its own. */
export interface Step {
  name?: string;
  uses?: string;
  run?: string;
  with?: Record<string, string>;
}

/** The steps of a job of .github/workflows. @throws Error when there is no such job. */
export function githubSteps(file: string, job: string): Step[] {
  const { jobs } = parseFile(`.github/workflows/${file}`) as { jobs: Record<string, { steps: Step[] }> };
  const found = jobs[job];
  if (!found) throw new Error(`${file}: expected a job ${job}, got ${Object.keys(jobs).join(", ")}`);
  return found.steps;
}

/** The lines of every job of .gitlab-ci.yml, by job. */
export function gitlabScripts(): Record<string, string[]> {
  const jobs = parseFile(".gitlab-ci.yml") as Record<string, { script?: string[] }>;
  return Object.fromEntries(
    Object.entries(jobs).flatMap(([job, { script }]) => (script ? [[job, script]] : [])),
  );
}

function parseFile(file: string): unknown {
  return parse(readFileSync(path.join(projectRoot, file), "utf8"));
}

/** What came of a step. */
export interface StepResult {
  exitCode: number | undefined;
  all: string;
  /** What it wrote for the job's summary. */
  summary: string;
}

/** Runs the commands of a step in a sandbox as GitHub's runner does: by bash, from a file, which stops at the first that fails. */
export async function runStep(
  sandbox: Sandbox,
  commands: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<StepResult> {
  const folder = mkdtempSync(path.join(sandbox.folder, ".step-"));
  const [summaryFile, script] = [path.join(folder, "summary.md"), path.join(folder, "step.sh")];
  writeFileSync(script, commands);
  const env = { ...sandbox.environment, ...variables, GITHUB_STEP_SUMMARY: summaryFile };
  const { exitCode, all } = await execa("bash", ["-e", script], {
    ...{ cwd: sandbox.folder, env, stdin: "ignore", all: true, reject: false },
  });
  const summary = await execa("cat", [summaryFile], { reject: false });
  return { exitCode, all, summary: summary.stdout };
}
