import { canonicalJson, sha256 } from "../../plan/digest.ts";
import { labels } from "../../engine/labels.ts";
import { boxCommand } from "../../plan/boxCommand.ts";
import { systemdReasons, type Service } from "../../plan/service.ts";

/** What an image is put together from. */
export interface ImageParts {
  architecture: string;
  os: string;
  /** Digests of the layers' archives, base first. */
  layers: string[];
  /** All services that its roles enabled. */
  services: Service[];
  /** Units that the base enabled by itself; they do not count as services. */
  enabledUnits: string[];
  epochSeconds: number;
  /** Labels that say where it comes from; they are no part of the content. */
  origin: Record<string, string>;
}

/** An OCI image configuration (opencontainers/image-spec, config.md), as its JSON text, and the digest of its content. */
export interface ImageConfig {
  json: string;
  /** Equal for images that run alike, wherever they come from. */
  contentDigest: string;
}

const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The configuration of an image; the same parts give the same text. */
export function imageConfig(parts: ImageParts): ImageConfig {
  const content = {
    architecture: parts.architecture,
    os: parts.os,
    created: new Date(parts.epochSeconds * 1000).toISOString(),
    config: runConfig(parts.services),
    rootfs: { type: "layers", diff_ids: parts.layers },
    history: parts.layers.map(() => ({ created: new Date(parts.epochSeconds * 1000).toISOString() })),
  };
  const described = {
    [labels.services]: JSON.stringify(parts.services),
    [labels.enabledUnits]: parts.enabledUnits.join(" "),
    [labels.created]: content.created,
  };
  const contentDigest = `sha256:${sha256(canonicalJson({ ...content, described }))}`;
  const allLabels = { ...parts.origin, ...described, [labels.contentDigest]: contentDigest };
  return {
    json: canonicalJson({ ...content, config: { ...content.config, Labels: allLabels } }),
    contentDigest,
  };
}

/** One service becomes the command in the foreground, if nothing of it is systemd's; anything else is for systemd to start. */
function runConfig(services: readonly Service[]) {
  const [service, ...others] = services;
  if (!service || others.length > 0 || systemdReasons(services).length > 0)
    return { Env: [searchPath], Cmd: ["/sbin/init"], StopSignal: "SIGRTMIN+3" };
  return {
    Env: lastOfEach([searchPath, ...service.environment]),
    Cmd: boxCommand(service),
    User: `${service.uid}:${service.gid}`,
    WorkingDir: service.workingDirectory,
    StopSignal: service.stopSignal,
  };
}

/** Of lines with one name the last, as a service has it; engines take the first (systemd of Debian 13 has another PATH). */
function lastOfEach(lines: readonly string[]): string[] {
  return [...new Map(lines.map((line) => [line.slice(0, line.indexOf("=")), line])).values()];
}
