/** A change of the project's own configuration, without which a newer version would read it otherwise than the one before. */
export interface Migration {
  /** Where it is written: in Pulumi.yaml, or in the files of stacks. */
  where: "topology" | "stacks";
  /**
   * The text with the change, and what is told of each; undefined where there is nothing to do.
   * @param base the text of a file of the version that the project stood on; undefined where that has none.
   */
  migrate: (text: string, base: (file: string) => string | undefined) => Migrated | undefined;
}

/** A text that was changed. */
export interface Migrated {
  text: string;
  /** `config.layers.value.base.from.mirror.suite: bookworm, …`. */
  told: string[];
}
