// Pulumi's runner of policy packs reads TypeScript in its own way; Node reads ours as it is.
import "./pack.ts";
