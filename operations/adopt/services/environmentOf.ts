import { variableName } from "../../../config/forms.ts";
import { clientVariable } from "../../../config/tasks.ts";
import { refusedCharacter } from "../../../config/references/variables.ts";
import { encodedPrefix } from "../../../config/encodedPrefix.ts";
import type { ForeignService, ForeignVariable } from "./ForeignService.ts";
import { markedUnset, unmarked } from "./marks.ts";
import { readdressed, type Peer } from "./Peers.ts";
import type { ProposedSecrets } from "./ProposedSecrets.ts";
import { isSecretName } from "./secretWords.ts";
import type { SayLine } from "./told.ts";

/** What an environment is made with. */
export interface VariableSetting {
  peers: readonly Peer[];
  secrets: ProposedSecrets;
  /** Whether tasks are given it too, which some names are not for. */
  forTasks: boolean;
  say: SayLine;
}

/** The environment of a part, and the accessories that it names. */
export function environmentOf(
  { variables }: Pick<ForeignService, "variables">,
  setting: VariableSetting,
): { environment: Record<string, string>; uses: string[] } {
  const { peers, secrets, say } = setting;
  const uses: string[] = [];
  const entries = variables.flatMap((variable): [string, string][] => {
    const { path } = variable;
    const fault = nameFault(variable.name, setting.forTasks) ?? valueFault(variable);
    if (fault !== undefined) {
      say("left", path, fault);
      return [];
    }
    // Nobody says it here, but somebody has it.
    if (isUnsetSecret(variable)) return [[variable.name, secrets.ofVariable(variable.name, path)]];
    const { name, ofFile } = inVariable(variable, secrets, say);
    if (ofFile !== undefined) return [[name, ofFile]];
    const found = readdressed(name, variable.value, peers);
    uses.push(...found.uses);
    if (found.changed.length > 0) say("changed", path, `reaches ${found.changed.join(", ")} as is proposed`);
    return [[name, secrets.named(name, found.value, path)]];
  });
  return { environment: Object.fromEntries(entries), uses: [...new Set(uses)] };
}

/** Where a program takes a secret from a file by `NAME_FILE`, it takes it from NAME too: so do the official images. */
function inVariable(
  { name, value, path }: ForeignVariable,
  secrets: ProposedSecrets,
  say: SayLine,
): { name: string; ofFile?: string } {
  const [, secret] = /^\/run\/secrets\/([\w.-]+)$/.exec(value) ?? [];
  if (secret === undefined || !name.endsWith("_FILE")) return { name };
  const plain = name.replace(/_FILE$/, "");
  say("changed", path, `is ${plain} now, since secrets come to boxes in variables`);
  return { name: plain, ofFile: secrets.ofVariable(secret, path) };
}

/** Why no environment has a variable of this name; undefined where one may. */
function nameFault(name: string, forTasks: boolean): string | undefined {
  if (!variableName.safeParse(name).success)
    return "variables have names in capitals; have the program read another, or bring it in a file of the image";
  return forTasks && clientVariable.test(name)
    ? "tasks cannot be given it; set it in the image (ENV)"
    : undefined;
}

function isUnsetSecret({ name, value }: ForeignVariable): boolean {
  return isSecretName(name) && markedUnset(value).length > 0;
}

/** What no environment can have; undefined where it can be told. */
function valueFault(variable: ForeignVariable): string | undefined {
  const { name, value } = variable;
  const [unset] = isUnsetSecret(variable) ? [] : markedUnset(value);
  if (unset !== undefined)
    return `${unset} is not set; set it in .env beside the file, and adopt again, or leave it out`;
  if (refusedCharacter.test(unmarked(value, () => "")))
    return "has a character that no box can be told; encode the value (base64)";
  if (Buffer.byteLength(`${name}=${value}\0`) > 131_000)
    return "is too long for a variable; bring it in the image";
  return value.startsWith(encodedPrefix)
    ? `begins with ${encodedPrefix}, which boxes decode; give the value itself`
    : undefined;
}
