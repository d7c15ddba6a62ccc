import { AmiCopy } from "@pulumi/aws/ec2/amiCopy.js";
import { getAmiOutput } from "@pulumi/aws/ec2/getAmi.js";
import * as pulumi from "@pulumi/pulumi";
import { instanceArchitecture } from "../../plan/architecture.ts";
import { owner } from "../../config/owner.ts";
import type { MachineImageRecord } from "../../images/release/release.ts";
import { ownerMark, tagKeys } from "../../images/publish/snapshot/snapshotTags.ts";

/**
 * The AMI of a release in a region, its digest verified; copied from another region where it is not yet in this one.
 * @throws RunError when the release has no AMI at all, or (later) the AMI is of another disk.
 */
export function releasedAmi(
  place: string,
  image: MachineImageRecord,
  region: string,
  opts: { provider: pulumi.ProviderResource },
): pulumi.Output<string> {
  const own = image.amis[region];
  if (own !== undefined) return verified(place, own, image.diskDigest, region, opts);
  const [source, ami] = Object.entries(image.amis)[0] ?? [];
  if (source === undefined || ami === undefined)
    throw new pulumi.RunError(
      `machine image ${place}: expected an AMI in ${region} or another region, got none; publish it where the release is made`,
    );
  const copy = new AmiCopy(
    place,
    {
      region,
      sourceAmiId: verified(place, ami, image.diskDigest, source, opts),
      sourceAmiRegion: source,
      name: `${place}-${image.diskDigest.slice(7, 19)}-${pulumi.getStack()}`,
      description: `${place}, disk ${image.diskDigest}`,
      tags: {
        [tagKeys.diskDigest]: image.diskDigest,
        [tagKeys.inputDigest]: image.inputDigest,
        [ownerMark(owner())]: pulumi.getStack(),
      },
    },
    // Others may promote what runs here; `npm run collect` removes what nobody refers to.
    { ...opts, retainOnDelete: true },
  );
  return copy.id;
}

/** @throws RunError when the instances of a fleet are of another architecture than its AMI. */
export function refuseOtherType(
  { fleet, place, type }: { fleet: string; place: string; type: string },
  architecture: string | undefined,
): void {
  const got = instanceArchitecture(type);
  // Emulators of AWS do not always say.
  if (architecture === undefined || architecture === "" || architecture === got) return;
  throw new pulumi.RunError(
    `environment.fleets.${fleet}.instances.type: expected a type for ${architecture}, as the AMI of ${place} is, got ${type} (${got}); name another type`,
  );
}

/** Never the most recent of several: exactly this one. */
function verified(
  place: string,
  id: string,
  diskDigest: string,
  region: string,
  opts: pulumi.InvokeOptions,
): pulumi.Output<string> {
  return exactly(id, region, opts).tags.apply((tags) => {
    verifyDisk({ place, id, region }, diskDigest, tags);
    return id;
  });
}

/** What a release's AMI runs on, `x86_64` or `arm64`; of a copy it is that of what is copied. */
export function amiArchitecture(
  image: MachineImageRecord,
  region: string,
  opts: pulumi.InvokeOptions,
): pulumi.Output<string | undefined> {
  const [source, id] =
    image.amis[region] === undefined ? (Object.entries(image.amis)[0] ?? []) : [region, image.amis[region]];
  if (source === undefined || id === undefined) return pulumi.output(undefined);
  return exactly(id, source, opts).architecture;
}

function exactly(id: string, region: string, opts: pulumi.InvokeOptions) {
  const filters = [{ name: "image-id", values: [id] }];
  return getAmiOutput({ filters, mostRecent: false, region, includeDeprecated: true }, opts);
}

/** @throws RunError when an AMI's tags name another disk than the release. */
export function verifyDisk(
  { place, id, region }: { place: string; id: string; region: string },
  diskDigest: string,
  tags: Readonly<Record<string, string>>,
): void {
  const got = tags[tagKeys.diskDigest];
  if (got === diskDigest) return;
  throw new pulumi.RunError(
    `machine image ${place}: expected ${id} in ${region} to have the disk ${diskDigest} as the release says, got ${got ?? "none"}; nothing was changed; record the release again`,
  );
}
