import { instancesSchema, type InstanceSettings } from "../../config/instances.ts";

/** A placement's instances where nothing is said of them. */
export const defaultInstances: InstanceSettings = instancesSchema.parse({});
