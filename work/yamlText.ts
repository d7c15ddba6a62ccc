import type { Document } from "yaml";

/** The text of a document that people write, too: lines stay as long as they are, maps in one line without blanks inside. */
export function documentText(document: Document): string {
  return engineYaml(document.toString({ lineWidth: 0, flowCollectionPadding: false }));
}

/**
 * The text of a YAML document as the engine's reader takes it: it refuses control characters as they are (YAML 1.2, 5.1), which the
 * library that wrote it has in double quotes, where escapes mean the same.
 */
export function engineYaml(text: string): string {
  const escape = (character: string) => `\\x${character.charCodeAt(0).toString(16)}`;
  return text.replaceAll(/[\u007f-\u009f]/g, escape);
}
