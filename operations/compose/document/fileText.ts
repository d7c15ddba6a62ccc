import { Document, isScalar, visit } from "yaml";

/** What readers of YAML 1.1 (Docker Compose 1.29) refuse, or take for the end of a line. */
const notAsItIs = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;
/** A line that means the same to every reader without quotes: no sign of YAML's, and nothing that 1.1 takes for another type. */
const plainLine = /^[A-Za-z/](?:[\w./@+-]|:(?=[\w/])| (?=[\w/]))*$/;
/** Booleans and nothing, for readers of YAML 1.1 (yaml.org/type/bool.html). */
const otherType = /^(?:y|yes|n|no|on|off|true|false|null)$/i;
/** Lines for people, such as the edge's configuration: a block that shows them as they are. */
const plainLines = /^[A-Za-z#][\x20-\x7e]*\n[\x20-\x7e\n]*$/;

/** A Compose file as both versions of Compose read it: texts that may mean something else are in double quotes, escaped. */
export function composeText(content: object): string {
  const document = new Document(content);
  visit(document, {
    Scalar: (_key, node) => {
      if (isScalar(node) && typeof node.value === "string" && !isPlain(node.value))
        node.type = "QUOTE_DOUBLE";
    },
  });
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return document.toString({ lineWidth: 0 }).replace(new RegExp(notAsItIs, "g"), escaped);
}

function isPlain(text: string): boolean {
  return plainLines.test(text) || (plainLine.test(text) && !otherType.test(text));
}
