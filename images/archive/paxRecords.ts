import { nameText } from "./nameText.ts";

/** What a pax header says, in its order; values are any bytes. */
export type PaxRecord = readonly [key: string, value: Buffer];

/** Reads the content of a pax header: `LENGTH KEY=VALUE\n` records. @throws Error when it is damaged. */
export function readPaxRecords(content: Buffer): PaxRecord[] {
  const records: PaxRecord[] = [];
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.subarray(at, space).toString());
    if (space < 0 || !(length > 0))
      throw new Error(
        `pax header: expected a record's length, got ${content.subarray(at, at + 20).toString()}`,
      );
    const record = content.subarray(space + 1, at + length - 1);
    const equals = record.indexOf(0x3d);
    records.push([nameText(record.subarray(0, equals)), record.subarray(equals + 1)]);
    at += length;
  }
  return records;
}

/** One record as it stands in a pax header. */
export function paxRecord(key: Buffer, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(" "), key, Buffer.from("="), value, Buffer.from("\n")]);
  let length = rest.length;
  while (rest.length + String(length).length !== length) length = rest.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}
