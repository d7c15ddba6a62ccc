import { sections, type Key, type Section } from "./documentation.ts";

const introduction = `# Configuration

<!-- Made by \`npm run docs\` from config/schema.ts; change it there. -->

The topology (\`layers\`, \`applications\`, \`accessories\`, \`fleets\`) is shared by all stacks: it stands in \`Pulumi.yaml\`, below
\`config\`, each part below \`value\`. What is particular to one environment (\`environment\`, \`registry\`, \`secrets\`) stands in
\`Pulumi.STACK.yaml\`, each part with the project's name before it, as Pulumi writes it (\`immutable-fleets:environment\`), or without: so a
project is renamed by \`name\` in \`Pulumi.yaml\` and, where they have it, these keys.

All of it is checked before anything is made: every problem is told at once, as
\`file:line: path: expected …, got …; fix\`.
Editors complete keys and show what is wrong while you write, by the JSON schemas that \`npm run schema\` writes: begin \`Pulumi.yaml\` with
\`# yaml-language-server: $schema=.schemas/project.json\`, and \`Pulumi.STACK.yaml\` with the same of \`.schemas/stack.json\`.`;

const secrets = `## \`secrets\`

Values that boxes are given but nobody may read: \`npm run secrets -- set NAME\`, encrypted in
\`Pulumi.STACK.yaml\`. An \`environment\` names them as \`\${secret:NAME}\`; so it does those of
\`environment.generatedSecrets\`, which need not be set.`;

/** The page docs/configuration.md; the examples are the texts of the project's own files. */
export function documentationText(examples: Readonly<Record<string, string>>): string {
  const parts = sections().map(sectionText);
  return `${[introduction, ...parts, secrets, exampleText(examples)].join("\n\n")}\n`;
}

function sectionText({ path, purpose, keys }: Section): string {
  const title = path === "" ? "## The whole" : `## \`${path}\``;
  const head = ["| key | purpose | form | default |", "|---|---|---|---|"];
  const table = [...head, ...keys.map(row)].join("\n");
  return [title, ...(purpose === "" ? [] : [purpose]), table].join("\n\n");
}

function row(key: Key): string {
  const cells = [`\`${key.name}\``, key.purpose, key.form, key.default];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function exampleText(examples: Readonly<Record<string, string>>): string {
  const files = Object.entries(examples).map(
    ([name, text]) => `\`${name}\`:\n\n\`\`\`yaml\n${text.trim()}\n\`\`\``,
  );
  return ["## A complete example", "The sample system of this project:", ...files].join("\n\n");
}
