import type { SecretLintRuleCreator } from "@secretlint/types";

/**
 * A secret's name and its value in an environment file or unit: `DB_PASSWORD=…`, `Environment=API_TOKEN=…`. References
 * (`$NAME`, `%d/…`, `<…>`), paths and file names are no values.
 */
const assignment =
  /(?:^|[\s"'=])(?<name>[A-Z][A-Z0-9_]*_)?(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY)\s?=\s?["']?(?<value>[^\s"'$%<>(){}/\\;|,*]{8,})(?=["'\s]|$)/gm;

/** Files that hold settings, and no programs: a unit, an environment, what is below /etc. */
const settings = /(^\/etc\/|\.(env|service|conf|ini|cfg|properties)$|\/\.env[^/]*$)/;

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
        for (const { index, 0: match } of content.matchAll(assignment))
          context.report({ message: translate("ASSIGNED"), range: [index, index + match.length] });
      },
    };
  },
};
