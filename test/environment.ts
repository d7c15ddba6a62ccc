import type { RootHookObject } from "mocha";

let original: NodeJS.ProcessEnv;

/** Gives each test file the environment that mocha was started with: a worker runs several files. */
export const mochaHooks: RootHookObject = {
  beforeAll() {
    original = { ...process.env };
  },
  afterAll() {
    process.env = original;
  },
};
