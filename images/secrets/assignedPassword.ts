import type { SecretLintRuleCreator } from "@secretlint/types";

/** What a secret is called, at the end of a name: `DB_PASSWORD`, `api-key`, `spring.datasource.password`. */
const called = String.raw`(?:pass(?:word|wd|phrase|code)|pwd|secret(?:[_-]?key)?|(?:auth|access|bearer|refresh)?[_-]?token|(?:api|access|private|encryption|signing)[_-]?key|credentials?)`;
const name = String.raw`(?:[A-Za-z_][\w.-]*[_.-])?${called}`;
const value = String.raw`(?:"(?<double>[^"\n]+)"|'(?<single>[^'\n]+)'|(?<bare>[^\s"'][^\n]*?))`;

/** A setting of a line: `password: …` of YAML, `"token": "…"` of JSON, `password = …` of an ini file, `DB_PASSWORD=…` of an environment. */
const setting = new RegExp(
  String.raw`^[ \t]*(?:-[ \t]+)?(?:export[ \t]+)?["']?${name}["']?[ \t]*(?:=>|[:=])[ \t]*${value}[ \t]*[,;]?[ \t]*(?:[ \t]#[^\n]*)?$`,
  "gim",
);

/** The same within a line: `Environment=API_TOKEN=…` of a unit, `--password=…` of a command, `{ password: … }` of a flow map. */
const within = new RegExp(
  String.raw`(?:^|[\s"'={,])(?:--)?${name}[ \t]*[=:][ \t]*["']?(?<value>[^\s"'$%<>(){}/\\;|,*]+)(?=["'\s,}]|$)`,
  "gim",
);

/** Files that hold settings, and no programs: a unit, an environment, YAML, JSON, what is below /etc. */
const settings = /(^\/etc\/|\.(env|service|conf|cnf|ini|cfg|properties|ya?ml|toml|json)$|\/\.env[^/]*$)/i;

/** References, templates, placeholders, paths, words that say what is done about one, hashes of passwords: no values. */
const noValue =
  /^[$%<*!&|>[{(@~/]|\$\{|\{\{|^\.{1,2}\/|^\d+[smhd]?$|^(?:change[_-]?(?:me|it)|(?:your|my|the|some)[_-]|example|placeholder|replace|redacted|x{4,}|insert|dummy|secret$|password$)|^\w+:\/\/(?!.*:.*@)|\.(?:pem|key|crt|txt|json|ya?ml|conf|so|py)$/i;
/** Words, and names put together of words, say something (`required`, `nextToken`, `HEADER.PAYLOAD`): passwords have more than that. */
const word = /^(?:[A-Za-z][a-z]*(?:[A-Z][a-z]+|[ ._-][A-Za-z][a-z]*)*|[A-Z]+(?:[._][A-Z]+)*)$/;
const comment = /^\s*(?:#|;|\/\/|--|\*)/;
const fewestCharacters = 8;
const longestSetting = 4096;

const messages = { ASSIGNED: { en: () => "found a value that is called a secret" } };

/** Complements the kept rules, which know the forms of tokens, but no password that is plainly called one. */
export const creator: SecretLintRuleCreator = {
  messages,
  meta: {
    id: "immutable-fleets/assigned-password",
    recommended: true,
    type: "scanner",
    supportedContentTypes: ["text"],
    docs: { url: "docs/proof.md" },
  },
  create: (context) => {
    const translate = context.createTranslator(messages);
    return {
      file: ({ filePath, content }) => {
        if (filePath === undefined || !settings.test(filePath)) return;
        for (const [start, end] of assignedPasswords(content))
          context.report({ message: translate("ASSIGNED"), range: [start, end] });
      },
    };
  },
};

/** Where values stand in a text of settings that are called secrets: [start, end], one for a line at most. */
export function assignedPasswords(content: string): [start: number, end: number][] {
  let start = 0;
  const found: [number, number][] = [];
  for (const line of content.split("\n")) {
    if (!comment.test(line) && hasPassword(line)) found.push([start, start + line.length]);
    start += line.length + 1;
  }
  return found;
}

function hasPassword(line: string): boolean {
  // A longer line is data in one line: what stands within it is looked for all the same.
  const whole = line.length <= longestSetting ? [...line.matchAll(setting)] : [];
  const values = [...whole, ...line.matchAll(within)].map(({ groups = {} }) =>
    (groups["double"] ?? groups["single"] ?? groups["bare"] ?? groups["value"] ?? "").trim(),
  );
  return values.some(
    (each) => each.length >= fewestCharacters && !noValue.test(each) && !word.test(each) && !/\s/.test(each),
  );
}
