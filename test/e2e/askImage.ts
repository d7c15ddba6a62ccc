import { execa } from "execa";

/** The input digests that an image is known by. */
export async function inputDigestsOf(image: string | undefined): Promise<string[]> {
  const format = ["--format", "{{range .RepoTags}}{{println .}}{{end}}"];
  const { stdout } = await execa("docker", ["image", "inspect", ...format, image ?? ""]);
  const names = stdout.split("\n").filter((name) => name !== "");
  return [...new Set(names.map((name) => name.slice(name.lastIndexOf(":") + 1)))];
}

/** The version of a Debian package in an image. */
export async function packageVersion(image: string | undefined, name: string): Promise<string> {
  const asked = ["--entrypoint", "dpkg-query", image ?? "", "--show", "--showformat", "${Version}", name];
  return (await execa("docker", ["run", "--rm", ...asked])).stdout;
}
