/** What kind of application `new` makes. */
export const kinds = ["python", "node", "static", "image"] as const;
export type Kind = (typeof kinds)[number];

/** What a kind that the project builds is made of. */
export interface BuiltKind {
  /** Folders of templates/, whose files it gets. */
  templates: readonly string[];
  /** The command of its unit. */
  command: (name: string) => string;
  /** The layer that it stands on; where the project has none of it, it is made by the role of that name, or left out. */
  on: string;
  /** Whether it cannot do without what that layer has: its package does not bring it along. */
  needs: boolean;
}

export const builtKinds: Readonly<Record<Exclude<Kind, "image">, BuiltKind>> = {
  python: {
    templates: ["service", "python"],
    command: (name) => `/usr/bin/python3 /opt/${name}/main.py`,
    on: "python",
    needs: false,
  },
  node: {
    templates: ["service", "node"],
    command: (name) => `/usr/bin/node /opt/${name}/server.mjs`,
    on: "node",
    needs: false,
  },
  static: { templates: ["static"], command: () => "", on: "apache", needs: true },
};
