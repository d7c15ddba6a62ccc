import { randomBytes } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { parse, stringify } from "yaml";
import { projectRoot } from "../../config/root.ts";
import { findStackAhead, inlineProgram, told } from "./stack.ts";
import { hasStackFile, noStack, stackFilePath } from "./stackFiles.ts";

/**
 * Looks at what an update of a stack would do. Before its first `up` there is none: then at an empty one of the same
 * configuration, in a backend of its own, of which nothing is left afterwards.
 * @throws Error when the project has neither the stack nor a file of it.
 */
export async function withPreviewed<T>(stackName: string, look: (stack: Stack) => Promise<T>): Promise<T> {
  const found = await findStackAhead(stackName);
  if (found) return look(found);
  if (!hasStackFile(stackName)) throw noStack(stackName);
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-preview-"));
  try {
    return await look(await emptyStack(stackName, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The files that the CLI writes to are copies; its home, where it notes which stack is selected, is another with the same plugins. */
async function emptyStack(stackName: string, folder: string): Promise<Stack> {
  const inside = (name: string) => {
    const made = path.join(folder, name);
    mkdirSync(made);
    return made;
  };
  const [state, pulumiHome, workDir] = [inside("state"), inside("home"), inside("project")];
  const plugins = path.join(process.env["PULUMI_HOME"] ?? path.join(homedir(), ".pulumi"), "plugins");
  if (existsSync(plugins)) symlinkSync(plugins, path.join(pulumiHome, "plugins"));
  const settings = copyFiles(stackName, workDir);
  const envVars = { PULUMI_BACKEND_URL: pathToFileURL(state).href, ...passphrase(settings) };
  const { secretsprovider: secretsProvider } = settings;
  const options = { workDir, pulumiHome, envVars, ...(secretsProvider !== undefined && { secretsProvider }) };
  return told(LocalWorkspace.createStack(inlineProgram(stackName), options));
}

interface StackSettings {
  encryptionsalt?: string;
  secretsprovider?: string;
}

/** The project's file without its program and backend, which are others here, and the stack's. */
function copyFiles(stackName: string, workDir: string): StackSettings {
  const project = parse(readFileSync(path.join(projectRoot, "Pulumi.yaml"), "utf8")) as Record<
    string,
    unknown
  >;
  const copied = { ...project, main: undefined, backend: undefined };
  writeFileSync(path.join(workDir, "Pulumi.yaml"), stringify(copied));
  const own = stackFilePath(stackName);
  copyFileSync(own, path.join(workDir, path.basename(own)));
  return (parse(readFileSync(own, "utf8")) as StackSettings | null) ?? {};
}

/** Where others keep the secrets there may be no passphrase, and an empty stack has nothing to encrypt. */
function passphrase({ encryptionsalt, secretsprovider }: StackSettings): Record<string, string> {
  const { PULUMI_CONFIG_PASSPHRASE: own, PULUMI_CONFIG_PASSPHRASE_FILE: file } = process.env;
  const isNeedless =
    encryptionsalt !== undefined || secretsprovider !== undefined || own !== undefined || file;
  return isNeedless ? {} : { PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("base64url") };
}
