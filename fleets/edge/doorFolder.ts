/** Where door and edges meet: a folder in memory that they share, with their sockets. */
export const doorFolder = "/run/fleet-door";
