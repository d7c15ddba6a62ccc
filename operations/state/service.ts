import { boxesVariable } from "../../fleets/swarm/boxesVariable.ts";
import { commandType, serviceType, type StateResource } from "./resource.ts";

/** What a stack's state wants of one service of a Swarm: a fleet's boxes. */
export interface WantedService {
  fleet: string;
  /** The service's id. */
  id: string;
  /** What makes it: the provider of a manager's engine. */
  provider: string;
  /** The image's id. */
  image: string;
  boxes: number;
}

/** The services that the stack wants; what waits to be removed is left out. */
export function wantedServices(resources: readonly StateResource[]): WantedService[] {
  const gates = resources.filter(isServiceGate);
  return resources
    .filter(({ type, pendingDelete }) => type === serviceType && !pendingDelete)
    .map(({ name, id, provider, inputs }) => ({
      ...{ fleet: name, id, provider, image: serviceImage(inputs) ?? "" },
      boxes: gateBoxes(gates.find((gate) => gate.name === `${name}-gate`)?.inputs ?? {}),
    }));
}

/** Whether a resource is the gate of a service, which has as many boxes as that says. */
export function isServiceGate({ type, urn, name }: Pick<StateResource, "type" | "urn" | "name">): boolean {
  return type === commandType && urn.includes("fleet:index:SwarmFleet$") && name.endsWith("-gate");
}

/** How many boxes the inputs of a service's gate want. */
export function gateBoxes({ environment }: { environment?: Record<string, string> }): number {
  return Number(environment?.[boxesVariable] ?? 0);
}

/** The id of the image that the inputs of a service want; undefined while it is not known. */
export function serviceImage({ taskSpec }: ServiceInputs): string | undefined {
  return taskSpec?.containerSpec?.env?.["FLEET_IMAGE_DIGEST"];
}

/** As much of a service's inputs as operations read. */
export interface ServiceInputs {
  taskSpec?: Record<string, unknown> & {
    containerSpec?: Record<string, unknown> & { env?: Record<string, string> };
  };
}
