import { isUtf8 } from "node:buffer";

/** The character that stands for a byte which is no UTF-8: this plus the byte. */
const escape = 0xdc00;
const longestCharacter = 4;

/**
 * A name in an archive or a file system as text. Names are bytes: UTF-8 is read as such, and every other byte becomes one of
 * the characters U+DC80 to U+DCFF, which no text has (as Python does it, PEP 383). So names that differ stay different.
 */
export function nameText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  const parts: string[] = [];
  let plain = 0;
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at);
    if (length === 0) {
      parts.push(bytes.toString("utf8", plain, at), String.fromCharCode(escape + (bytes[at] ?? 0)));
      plain = at + 1;
    }
    at += Math.max(length, 1);
  }
  return parts.join("") + bytes.toString("utf8", plain);
}

/** The bytes of a name; the inverse of {@link nameText}. @throws Error for a text that stands for no bytes. */
export function nameBytes(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  return Buffer.concat(
    Array.from(text, (character) => {
      const code = character.codePointAt(0) ?? 0;
      if (code >= escape + 0x80 && code <= escape + 0xff) return Buffer.from([code - escape]);
      if (character.isWellFormed()) return Buffer.from(character);
      throw new Error(
        `${JSON.stringify(text)}: expected the text of a name, got half a character; correct it`,
      );
    }),
  );
}

/** Bytes of the UTF-8 character at an offset, 0 where there is none. */
function characterLength(bytes: Buffer, at: number): number {
  if ((bytes[at] ?? 0) < 0x80) return 1;
  for (let length = 2; length <= longestCharacter && at + length <= bytes.length; length += 1)
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  return 0;
}
