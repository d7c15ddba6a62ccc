/** Where backups are kept: files by name. */
export interface BackupStore {
  /** Writes a file whole or not at all, where there is none of that name. */
  write(name: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  read(name: string): Promise<AsyncIterable<Uint8Array>>;
  /** The names of all files, in order; none where nothing was written yet. */
  list(): Promise<string[]>;
  remove(name: string): Promise<void>;
  /** How people find a file. */
  place(name: string): string;
}
