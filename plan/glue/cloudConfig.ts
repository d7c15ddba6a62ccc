/** What YAML 1.1 takes for no character, or for the end of a line, in the middle of a quoted text. */
const notAsItIs = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** Cloud-init's user data with these keys. JSON is YAML, but for some characters, which are escaped. */
export function cloudConfig(content: object): string {
  return `#cloud-config\n${JSON.stringify(content).replace(notAsItIs, escaped)}\n`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
