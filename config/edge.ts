/** The host name under which boxes reach the edge. */
export const edgeName = "edge";
/** The port of the public applications inside the edge's network namespace. */
export const publicPort = 80;
/** Where a starting edge asks the one before it which servers it knows; reached from the edge's own namespace alone. */
export const statePort = 9901;
/** How servers of the edge are named, before a dash, that are no application's boxes: load balancers and mutable hosts. */
export const edgeServers: readonly string[] = ["balancer", "host"];
