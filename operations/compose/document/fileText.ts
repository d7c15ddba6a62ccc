import { Document, isScalar, visit } from "yaml";

/** What readers of YAML 1.1 (Docker Compose 1.29) refuse, or take for the end of a line. */
const notAsItIs = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;

/** A Compose file as both versions of Compose read it: such characters are escaped, within double quotes. */
export function composeText(content: object): string {
  const document = new Document(content);
  visit(document, {
    Scalar: (_key, node) => {
      if (isScalar(node) && typeof node.value === "string" && notAsItIs.test(node.value))
        node.type = "QUOTE_DOUBLE";
    },
  });
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return document.toString({ lineWidth: 0 }).replace(new RegExp(notAsItIs, "g"), escaped);
}
