// The package has no types of its own.
declare module "fs-native-extensions" {
  /** Whether the open file is now locked for this process; the kernel frees it when the file is closed, however. */
  export function tryLock(descriptor: number): boolean;
  /** Exchanges two paths of one file system at once. */
  export function swapSync(from: string, to: string): void;
}
