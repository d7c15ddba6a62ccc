import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

/**
 * The forms in which a secret would give itself away: its bytes, as JSON and in a URL, and its base64, which inside a longer text
 * begins in one of three ways. Forms of fewer than 8 characters would be found anywhere, and are left out.
 */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const encoded = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    // The characters at both ends have bits of what stands beside it.
    const first = Math.ceil((shift * 8) / 6);
    const last = Math.floor(((shift + bytes.length) * 8) / 6);
    return text.slice(first, last);
  });
  const forms = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    encodeURI(secret),
    new URLSearchParams({ a: secret }).toString().slice(2),
    ...encoded,
    ...encoded.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
  ];
  return [...new Set(forms)].filter((form) => form.length >= 8);
}

/** The names of the texts that have one of the secrets in any form, each with the name of the secret, which is not told. */
export function leaksIn(
  texts: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, string>>,
): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) => {
    const forms = formsOf(secret);
    return Object.entries(texts)
      .filter(([, text]) => forms.some((form) => text.includes(form)))
      .map(([place]) => `${place} has the secret ${name}`);
  });
}

/** All files of a folder as texts, by path; links and folders of these names are left out. */
export function textsOf(folder: string, without: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter(
        (file) =>
          !path
            .relative(folder, file)
            .split(path.sep)
            .some((part) => without.includes(part)),
      )
      .map((file) => [file, readFileSync(file).toString("utf8")] as const),
  );
}
