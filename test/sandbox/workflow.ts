import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
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

/** One of them, by its name. @throws Error when there is none. */
export function githubStep(file: string, job: string, name: string): Step {
  const step = githubSteps(file, job).find((each) => each.name === name);
  if (!step) throw new Error(`${file}: expected a step "${name}" in ${job}, got none`);
  return step;
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
  /** What it told later steps and jobs, a name and a value a line. */
  outputs: string;
}

/** Where steps run: a clone, with the variables of its job. */
export type Workplace = Pick<Sandbox, "folder" | "environment">;

/** Runs the commands of a step in a clone as GitHub's runner does: by bash, from a file, which stops at the first that fails. */
export async function runStep(
  { folder: clone, environment }: Workplace,
  commands: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<StepResult> {
  const folder = mkdtempSync(path.join(tmpdir(), "immutable-fleets-step-"));
  const place = (name: string) => path.join(folder, name);
  const [summary, outputs, script] = [place("summary.md"), place("outputs"), place("step.sh")];
  for (const file of [summary, outputs]) writeFileSync(file, "");
  writeFileSync(script, commands);
  const env = { ...environment, ...variables, GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: outputs };
  const { exitCode, all } = await execa("bash", ["-e", script], {
    ...{ cwd: clone, env, stdin: "ignore", all: true, reject: false },
  });
  const read = (file: string) => readFileSync(file, "utf8").trim();
  const result = { exitCode, all, summary: read(summary), outputs: read(outputs) };
  rmSync(folder, { recursive: true });
  return result;
}
