/** A stateful service that public images bring: where it listens, where its data is, and what says that it can serve. */
export interface KnownImage {
  port: number;
  volume: string;
  /** Absent: the image has nothing that could be asked. */
  ready?: string[];
}

const curl = (url: string) => ["curl", "--fail", "--silent", "--output", "/dev/null", url];

/** By the last word of an image's name. */
const known: readonly (readonly [RegExp, KnownImage])[] = [
  [
    /^(postgres|postgis|timescaledb(-ha)?|pgvector|postgresql)$/,
    {
      port: 5432,
      volume: "/var/lib/postgresql/data",
      ready: ["pg_isready", "--quiet", "--host=127.0.0.1"],
    },
  ],
  [
    /^mariadb$/,
    {
      port: 3306,
      volume: "/var/lib/mysql",
      ready: ["healthcheck.sh", "--connect", "--innodb_initialized"],
    },
  ],
  [
    /^(mysql|mysql-server|percona(-server)?)$/,
    { port: 3306, volume: "/var/lib/mysql", ready: ["mysqladmin", "ping", "--host=127.0.0.1", "--silent"] },
  ],
  [/^redis(-stack-server)?$/, { port: 6379, volume: "/data", ready: ["redis-cli", "ping"] }],
  [/^valkey$/, { port: 6379, volume: "/data", ready: ["valkey-cli", "ping"] }],
  [/^keydb$/, { port: 6379, volume: "/data", ready: ["keydb-cli", "ping"] }],
  [
    /^mongo(db)?$/,
    { port: 27017, volume: "/data/db", ready: ["mongosh", "--quiet", "--eval", "db.runCommand('ping').ok"] },
  ],
  [/^rabbitmq$/, { port: 5672, volume: "/var/lib/rabbitmq", ready: ["rabbitmq-diagnostics", "-q", "ping"] }],
  [
    /^(elasticsearch|opensearch)$/,
    {
      port: 9200,
      volume: "/usr/share/elasticsearch/data",
      ready: curl("http://127.0.0.1:9200/_cluster/health"),
    },
  ],
  [/^meilisearch$/, { port: 7700, volume: "/meili_data", ready: curl("http://127.0.0.1:7700/health") }],
  [/^minio$/, { port: 9000, volume: "/data", ready: ["mc", "ready", "local"] }],
  [
    /^clickhouse(-server)?$/,
    { port: 8123, volume: "/var/lib/clickhouse", ready: ["clickhouse-client", "--query", "select 1"] },
  ],
  [/^influxdb$/, { port: 8086, volume: "/var/lib/influxdb2", ready: ["influx", "ping"] }],
  [/^zookeeper$/, { port: 2181, volume: "/data", ready: ["zkServer.sh", "status"] }],
  [/^cp-zookeeper$/, { port: 2181, volume: "/var/lib/zookeeper/data" }],
  [/^(cp-)?kafka$/, { port: 9092, volume: "/var/lib/kafka/data" }],
  [/^memcached$/, { port: 11_211, volume: "/data" }],
  [/^nats$/, { port: 4222, volume: "/data" }],
  [/^(neo4j)$/, { port: 7687, volume: "/data" }],
  [/^couchdb$/, { port: 5984, volume: "/opt/couchdb/data" }],
  [/^cassandra$/, { port: 9042, volume: "/var/lib/cassandra" }],
  [/^qdrant$/, { port: 6333, volume: "/qdrant/storage" }],
  [/^etcd$/, { port: 2379, volume: "/etcd-data" }],
];

/** What is known of an image; undefined where it is no stateful service that is known. */
export function knownImage(image: string): KnownImage | undefined {
  const last = image.replace(/@.*$/, "").split("/").at(-1)?.replace(/:.*$/, "") ?? "";
  return known.find(([name]) => name.test(last))?.[1];
}
