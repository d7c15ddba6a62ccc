import { markOf } from "../services/marks.ts";
import { isSecretName } from "../services/secretWords.ts";

const template = /<%=?\s*([\s\S]*?)\s*%>/g;
const variable =
  /^ENV(?:\.fetch\(\s*|\[\s*)["'](\w+)["']\s*(?:\]\s*(?:\|\|\s*["']([^"']*)["'])?|(?:,\s*["']([^"']*)["']\s*)?\))$/;

/**
 * The text of Kamal's `deploy.yml` with what ERB would fill in: variables of the machine (`ENV["NAME"]`, `ENV.fetch("NAME", "default")`). A
 * secret's value, what is not set and what else Ruby would say is marked instead (marks.ts).
 */
export function filledTemplates(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(template, (_whole, code: string) => {
    const [found, name = "", fallback, other] = variable.exec(code) ?? [];
    if (found === undefined) return markOf.unset("a template");
    if (isSecretName(name)) return markOf.secret(name);
    return variables[name] ?? fallback ?? other ?? markOf.unset(name);
  });
}
