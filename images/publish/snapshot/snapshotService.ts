import {
  CompleteSnapshotCommand,
  EBSClient,
  PutSnapshotBlockCommand,
  StartSnapshotCommand,
} from "@aws-sdk/client-ebs";
import {
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DescribeSnapshotsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import type { Snapshot } from "@aws-sdk/client-ec2";
import { BLOCK_BYTES } from "../blocks/blocks.ts";
import { failureKind } from "./failure.ts";
import { withRetry } from "./retry.ts";
import type { RetryOptions } from "./retry.ts";

export interface ServiceOptions {
  region: string;
  /** Base address instead of AWS's own: an emulator, a private endpoint. */
  endpoint?: string | undefined;
  /** Connections that may be open at a time. Default: 64. */
  concurrency?: number;
  retry?: RetryOptions;
}

export interface StartRequest {
  volumeGiB: number;
  clientToken: string;
  tags: Readonly<Record<string, string>>;
  parentSnapshotId: string | undefined;
  encrypted: boolean;
  kmsKeyArn: string | undefined;
}

/** A snapshot as EC2 describes it, reduced to what publishing looks at. */
export interface SnapshotFacts {
  snapshotId: string;
  state: string;
  encrypted: boolean;
  tags: Record<string, string>;
  /** ISO 8601, UTC. */
  startedAt: string;
  volumeGiB: number;
}

/** The requests of EC2 and the EBS direct APIs that publishing makes: the only file that sends them. Each is retried. */
export class SnapshotService {
  readonly #ebs: EBSClient;
  readonly #ec2: EC2Client;
  readonly #retry: RetryOptions;

  constructor({ region, endpoint, concurrency = 64, retry = {} }: ServiceOptions) {
    const place = { region, ...(endpoint === undefined ? {} : { endpoint }) };
    const agent = { keepAlive: true, maxSockets: concurrency };
    // One attempt: retry.ts repeats, because it alone knows of time limits, "does not exist" and the caller's signal.
    // proxyEnv: HTTPS_PROXY and NO_PROXY, which the AWS CLI honours and the SDK for JavaScript does not by itself.
    const httpsAgent = { ...agent, proxyEnv: process.env };
    const requestHandler = { httpAgent: agent, httpsAgent, connectionTimeout: 10_000 };
    this.#ebs = new EBSClient({ ...place, maxAttempts: 1, requestHandler });
    this.#ec2 = new EC2Client({ ...place, maxAttempts: 1, requestHandler });
    this.#retry = retry;
  }

  async start(request: StartRequest): Promise<{ snapshotId: string; encrypted: boolean; startedAt: string }> {
    const command = new StartSnapshotCommand({
      VolumeSize: request.volumeGiB,
      ClientToken: request.clientToken,
      Tags: Object.entries(request.tags).map(([Key, Value]) => ({ Key, Value })),
      ...encryptionParameters(request),
    });
    const answer = await this.#run((abortSignal) => this.#ebs.send(command, { abortSignal }));
    if (answer.SnapshotId === undefined)
      throw new Error("StartSnapshot: expected a snapshot id, got none; try again");
    return {
      snapshotId: answer.SnapshotId,
      encrypted: answer.KmsKeyArn !== undefined,
      startedAt: (answer.StartTime ?? new Date()).toISOString(),
    };
  }

  /** Writes one block; repeating it is harmless: "the existing data is overwritten" (API_PutSnapshotBlock). */
  async put(
    snapshotId: string,
    index: number,
    block: Buffer,
    digest: Buffer,
    retry: RetryOptions = {},
  ): Promise<void> {
    const input = {
      SnapshotId: snapshotId,
      BlockIndex: index,
      BlockData: block,
      DataLength: BLOCK_BYTES,
      Checksum: digest.toString("base64"),
      ChecksumAlgorithm: "SHA256" as const,
    };
    await this.#run(
      (abortSignal) => this.#ebs.send(new PutSnapshotBlockCommand(input), { abortSignal }),
      retry,
    );
  }

  async complete(snapshotId: string, blocks: number, checksum: string): Promise<void> {
    const command = new CompleteSnapshotCommand({
      SnapshotId: snapshotId,
      ChangedBlocksCount: blocks,
      Checksum: checksum,
      ChecksumAlgorithm: "SHA256",
      ChecksumAggregationMethod: "LINEAR",
    });
    await this.#run((abortSignal) => this.#ebs.send(command, { abortSignal }));
  }

  /** The account's snapshots with this tag, in every state, oldest first. One request, unless there are many pages. */
  async findByTag(key: string, value: string, retry: RetryOptions = {}): Promise<SnapshotFacts[]> {
    const found: Snapshot[] = [];
    let NextToken: string | undefined;
    do {
      const Filters = [{ Name: `tag:${key}`, Values: [value] }];
      const command = new DescribeSnapshotsCommand({
        OwnerIds: ["self"],
        Filters,
        ...(NextToken ? { NextToken } : {}),
      });
      const page = await this.#run((abortSignal) => this.#ec2.send(command, { abortSignal }), retry);
      found.push(...(page.Snapshots ?? []));
      NextToken = page.NextToken;
    } while (NextToken);
    return found.map(snapshotFacts).sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  }

  /** One snapshot, or undefined when there is none of that id. */
  async find(snapshotId: string): Promise<SnapshotFacts | undefined> {
    const command = new DescribeSnapshotsCommand({ SnapshotIds: [snapshotId] });
    try {
      const answer = await this.#run((abortSignal) => this.#ec2.send(command, { abortSignal }), {
        notYetMilliseconds: 0,
      });
      return answer.Snapshots?.map(snapshotFacts)[0];
    } catch (error) {
      if (failureKind(error) === "notYet") return undefined;
      throw error;
    }
  }

  /** Adds a tag without a value. */
  async mark(snapshotId: string, Key: string): Promise<void> {
    const command = new CreateTagsCommand({ Resources: [snapshotId], Tags: [{ Key, Value: "" }] });
    await this.#run((abortSignal) => this.#ec2.send(command, { abortSignal }));
  }

  /** Deletes a snapshot; one that is gone already is no error. Works although `signal` has stopped everything else. */
  async delete(snapshotId: string): Promise<void> {
    const command = new DeleteSnapshotCommand({ SnapshotId: snapshotId });
    const retry = { signal: undefined, attempts: 6, requestMilliseconds: 10_000, notYetMilliseconds: 0 };
    try {
      await this.#run((abortSignal) => this.#ec2.send(command, { abortSignal }), retry);
    } catch (error) {
      if (failureKind(error) !== "notYet") throw error;
    }
  }

  /** Deletes a snapshot unless an AMI is made from it. @returns whether it is gone */
  async deleteUnused(snapshotId: string): Promise<boolean> {
    try {
      await this.delete(snapshotId);
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === "InvalidSnapshot.InUse") return false;
      throw error;
    }
  }

  close(): void {
    this.#ebs.destroy();
    this.#ec2.destroy();
  }

  async #run<T>(send: (signal: AbortSignal) => Promise<T>, retry: RetryOptions = {}): Promise<T> {
    return withRetry(send, { ...this.#retry, ...retry });
  }
}

/**
 * ParentSnapshotId and Encrypted exclude each other, and so do an encrypted parent and KmsKeyArn: the child of an encrypted
 * snapshot is encrypted with the parent's key by itself (ebsapis-using-encryption, "Encrypted parent snapshot").
 */
function encryptionParameters({ parentSnapshotId, encrypted, kmsKeyArn }: StartRequest): object {
  if (parentSnapshotId !== undefined) return { ParentSnapshotId: parentSnapshotId };
  if (!encrypted) return {};
  return { Encrypted: true, ...(kmsKeyArn === undefined ? {} : { KmsKeyArn: kmsKeyArn }) };
}

function snapshotFacts(snapshot: Snapshot): SnapshotFacts {
  return {
    snapshotId: snapshot.SnapshotId ?? "",
    state: snapshot.State ?? "error",
    encrypted: snapshot.Encrypted ?? false,
    tags: Object.fromEntries((snapshot.Tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
    startedAt: (snapshot.StartTime ?? new Date(0)).toISOString(),
    volumeGiB: snapshot.VolumeSize ?? 0,
  };
}
