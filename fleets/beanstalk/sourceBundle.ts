/**
 * What Elastic Beanstalk's Docker platform runs: Dockerrun.aws.json, version 1. The image is named by its digest.
 * @param manifest `name@sha256:…`
 */
export function sourceBundle(manifest: string, port: number): string {
  const bundle = {
    AWSEBDockerrunVersion: "1",
    Image: { Name: manifest, Update: "true" },
    Ports: [{ ContainerPort: port }],
  };
  return `${JSON.stringify(bundle, null, 2)}\n`;
}
