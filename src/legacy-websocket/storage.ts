import { isRecent } from "../platform/time.ts";
import type { VersionUses } from "../rollout/domain/deprecations.ts";
import type { Log } from "../platform/log.ts";

interface UsesRow {
  client_version: string;
  uses: number;
  first_used_at: number;
  last_used_at: number;
}

/** Counts uses without a valid version, and versions beyond `MAX_VERSIONS`. */
const OTHER = "other";
/** Versions that are counted separately. */
const MAX_VERSIONS = 100;
/** A block is written this long after its first use, deferred past the response of that request. */
const BLOCK_MS = 5000;

/** Adds the counts of one block. Versions beyond `MAX_VERSIONS` are added to `other`. */
const FLUSH = `
  WITH given AS (
    SELECT value ->> 'version' AS version, value ->> 'uses' AS uses FROM json_each(?1)
  ), fresh AS (
    SELECT version, row_number() OVER (ORDER BY version) AS place FROM given
    WHERE version <> '${OTHER}' AND version NOT IN (SELECT client_version FROM LegacySocketUses)
  ), known AS (
    SELECT count(*) AS versions FROM LegacySocketUses WHERE client_version <> '${OTHER}'
  )
  INSERT INTO LegacySocketUses (client_version, uses, first_used_at, last_used_at)
  SELECT iif(place + versions > ${MAX_VERSIONS}, '${OTHER}', version), uses, ?2, ?2
  FROM given LEFT JOIN fresh USING (version) CROSS JOIN known WHERE true
  ON CONFLICT (client_version) DO UPDATE SET
    uses = uses + excluded.uses,
    last_used_at = max(last_used_at, excluded.last_used_at)`;

const LIST = `
  SELECT client_version, uses, first_used_at, last_used_at FROM LegacySocketUses
  ORDER BY uses DESC, client_version`;

/** Counts openings of the legacy socket in memory and writes them to D1 in blocks. */
export interface LegacySocketUses {
  /** @param clientVersion `ios/3.2.0`; undefined when the client sent no valid version */
  count(clientVersion: string | undefined): void;
  /** Lists versions, most used first, including the counts that this isolate has not written yet. */
  list(): Promise<VersionUses[]>;
}

/**
 * Stores the counts in D1 with one statement for all sockets that open within five seconds. Counts that an isolate has not
 * written when it ends are lost, which a usage measurement tolerates.
 */
export function d1LegacySocketUses(
  db: D1Database,
  deps: {
    now(): number;
    sleep(ms: number): Promise<void>;
    defer(work: Promise<unknown>): void;
    log: Log;
  },
): LegacySocketUses {
  let pending = new Map<string, number>();
  let blockBegan = -Infinity;

  const flush = async (): Promise<void> => {
    if (pending.size === 0) return;
    const block = [...pending].map(([version, uses]) => ({ version, uses }));
    pending = new Map();
    try {
      await db.prepare(FLUSH).bind(JSON.stringify(block), deps.now()).run();
    } catch (error) {
      deps.log.error("legacy_socket_uses_lost", { versions: block.length, error });
    }
  };

  return {
    count(clientVersion = OTHER) {
      const hasPlace = pending.has(clientVersion) || pending.size < MAX_VERSIONS;
      const version = hasPlace ? clientVersion : OTHER;
      pending.set(version, (pending.get(version) ?? 0) + 1);
      // Compares times instead of setting a flag: a request may be cut off before its deferred flush clears the flag.
      if (isRecent(blockBegan, BLOCK_MS, deps.now())) return;
      blockBegan = deps.now();
      deps.defer(deps.sleep(BLOCK_MS).then(flush));
    },
    async list() {
      await flush();
      const { results } = await db.prepare(LIST).all<UsesRow>();
      return results.map(usesOf);
    },
  };
}

function usesOf(row: UsesRow): VersionUses {
  return {
    clientVersion: row.client_version,
    uses: row.uses,
    firstUsedAt: row.first_used_at,
    lastUsedAt: row.last_used_at,
  };
}
