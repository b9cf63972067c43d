import type { VersionUses } from "../rollout/domain/deprecations.ts";
import type { Log } from "../platform/log.ts";

interface UsesRow {
  client_version: string;
  uses: number;
  first_used_at: number;
  last_used_at: number;
}

/** What has no name of its own. */
const OTHER = "other";
/** Versions that are told apart. */
const MAX_VERSIONS = 100;
/** A block is written so long after its first use, behind the request of that use. */
const BLOCK_MS = 5000;

/** Versions that find no place among those told apart are added to `other`. */
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

/** Counts openings of the old socket in memory, and writes them in blocks. */
export interface LegacySocketUses {
  /** @param clientVersion `ios/3.2.0`; undefined for what is no version */
  count(clientVersion: string | undefined): void;
  /** Used most first; with what this isolate has not written yet. */
  list(): Promise<VersionUses[]>;
}

/**
 * One statement for all sockets that open within five seconds. Counts that an ending isolate had not written yet are lost;
 * they are a measurement, not a record.
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
      // By the clock and not by a mark: a request may end before its deferred work has.
      if (deps.now() - blockBegan < BLOCK_MS) return;
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
