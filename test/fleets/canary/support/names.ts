import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** A server of names as the engine's: every name leads to the same addresses, which may change. */
export async function namesLeadTo(
  addresses: () => readonly string[],
): Promise<{ port: number; end: () => void }> {
  const socket: Socket = createSocket("udp4");
  socket.on("message", (question, { port, address }) => {
    socket.send(answerTo(question, addresses()), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { port: socket.address().port, end: () => void socket.close() };
}

/** RFC 1035, 4: the question again, and an address record for each; a name without one is not known. */
function answerTo(question: Buffer, addresses: readonly string[]): Buffer {
  const end = question.indexOf(0, 12) + 5;
  const asked = question.subarray(12, end);
  const isAddress = asked.readUInt16BE(asked.length - 4) === 1;
  const found = isAddress ? addresses : [];
  const head = Buffer.from(question.subarray(0, 12));
  head.writeUInt16BE(addresses.length === 0 ? 0x8183 : 0x8180, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(found.length, 6);
  head.writeUInt16BE(0, 8);
  head.writeUInt16BE(0, 10);
  const records = found.map((address) =>
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split(".").map(Number)]),
  );
  return Buffer.concat([head, asked, ...records]);
}
