import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";
import { messageOf } from "../../work/message.ts";

const identityStart = "AGE-SECRET-KEY-";
/** Nobody types it, and what is this long and random needs no stretching to be hard to guess. */
const shortestPassphrase = 32;
const scryptLogN = 14;

type Bytes = AsyncIterable<Uint8Array>;

/**
 * Encrypts a stream in the format of age (chunks of ChaCha20-Poly1305, so that what is cut off or changed is refused): the program `age`
 * opens it without us. @param key an age identity, or a passphrase that is long and random.
 */
export async function encrypted(plain: Bytes, key: string): Promise<Bytes> {
  const encrypter = new Encrypter();
  if (key.startsWith(identityStart)) encrypter.addRecipient(await identityToRecipient(key));
  else {
    encrypter.setPassphrase(key);
    encrypter.setScryptWorkFactor(scryptLogN);
  }
  return encrypter.encrypt(ReadableStream.from(plain));
}

/** The reverse. @throws Error where the stream is not what that key has sealed, as soon as that is seen. */
export async function* decrypted(cipher: Bytes, key: string): AsyncGenerator<Uint8Array> {
  const decrypter = new Decrypter();
  if (key.startsWith(identityStart)) decrypter.addIdentity(key);
  else decrypter.addPassphrase(key);
  try {
    yield* await decrypter.decrypt(ReadableStream.from(cipher));
  } catch (error) {
    const reason = messageOf(error);
    throw new Error(
      `expected what its key has sealed, whole, got: ${reason}; take another backup, or the key of its time`,
      { cause: error },
    );
  }
}

/** The key of a secret's value. @throws Error that does not show it. */
export function keyOf(value: string, secret: string): string {
  const key = value.trim();
  const isWell = key.startsWith(identityStart) ? isIdentity(key) : key.length >= shortestPassphrase;
  if (isWell) return key;
  throw new Error(
    `secrets.${secret}: expected an age identity (AGE-SECRET-KEY-1…) or a random text of at least ${shortestPassphrase} characters, got another text; make one by age-keygen, or list ${secret} in environment.generatedSecrets`,
  );
}

function isIdentity(key: string): boolean {
  try {
    new Decrypter().addIdentity(key);
    return true;
  } catch {
    return false;
  }
}
