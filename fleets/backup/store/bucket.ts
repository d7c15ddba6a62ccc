import { Readable } from "node:stream";
import { DeleteObjectCommand, GetObjectCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { BackupStore } from "./store.ts";

/** S3 takes 10,000 parts: 320 GiB in all; two are in memory at a time. */
const partBytes = 32 * 2 ** 20;

/** What a bucket does of a store. */
export type BucketFiles = Omit<BackupStore, "place">;

/** A prefix of a bucket of S3, or of what speaks like it (`AWS_ENDPOINT_URL`). Credentials are those that the AWS SDK finds. */
export function bucketFiles(bucket: string, prefix: string, region: string | undefined): BucketFiles {
  const client = clientOf(region);
  const key = (name: string) => `${prefix}/${name}`;
  return {
    write: async (name, content) => {
      const params = { Bucket: bucket, Key: key(name), Body: Readable.from(content), IfNoneMatch: "*" };
      // What cannot be sent whole is aborted: of its parts nothing stays.
      await new Upload({ client, params, partSize: partBytes, queueSize: 2 }).done();
    },
    read: async (name) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key(name) }));
      return Body as Readable;
    },
    list: async () => {
      const found: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2(
        { client },
        { Bucket: bucket, Prefix: `${prefix}/` },
      ))
        found.push(...Contents.map(({ Key = "" }) => Key.slice(prefix.length + 1)));
      return found.sort();
    },
    remove: async (name) => {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key(name) }));
    },
  };
}

function clientOf(region: string | undefined): S3Client {
  const endpoint = process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"];
  return new S3Client({
    ...(region !== undefined && { region }),
    followRegionRedirects: true,
    // Other services than AWS have no host name for each bucket.
    forcePathStyle: endpoint !== undefined,
  });
}
