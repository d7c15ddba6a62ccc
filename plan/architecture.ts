/** The architecture that digests do not name: docs/decisions/0014-architecture-in-digests.md. */
const unnamed = "amd64";

/** Node's names of processors, where images have others. */
const imageNames: Partial<Record<string, string>> = { x64: unnamed, ia32: "386" };

/** What is added to the tools of a layer, and so to its digest: the architecture that it is built for, unless it is amd64. */
export function namedArchitecture(processor: string = process.arch): { architecture?: string } {
  const architecture = imageNames[processor] ?? processor;
  return architecture === unnamed ? {} : { architecture };
}

/** The architecture that a layer with these tools is for, in the words of images: `amd64`, `arm64`. */
export function architectureOf(tools: Readonly<Record<string, string>>): string {
  return tools["architecture"] ?? unnamed;
}

/** The architecture of an instance type of EC2, in the words of AMIs: Graviton's have a g behind the number of their generation. */
export function instanceArchitecture(type: string): "x86_64" | "arm64" {
  return /^(a1|[a-z]+\d+g[a-z]*)\./.test(type) ? "arm64" : "x86_64";
}
