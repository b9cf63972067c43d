import { toLine } from "../merge/normalise.ts";
import { asList } from "./json-values.ts";
import { isPlaceholder } from "./placeholder.ts";

/**
 * `New York : Penguin`, `London ; New York : Orbit`: the place, which library records put before
 * the name.
 */
const PLACE = /^[^:]{2,60}\s+:\s+(?=\S)/;
/** `, 1999`, `, cop. 2001`, `, [c1998]`: the year after the name. */
const YEAR = /\s*,\s*\[?(?:c|©|cop\.|copyright)?\s*\d{4}\]?\.?$/i;
const KEPT_STOP =
  /(?:\b(?:inc|co|ltd|corp|bros|pub|publ|publishing co|pr|univ|wydawn|izd|verl|ed|eds|dept|cie|s\.a|gmbh|s\.r\.l|\p{Lu})|\.\p{L})\.$/iu;

function read(value: unknown): string | undefined {
  const line = toLine(value);
  if (line === undefined) return undefined;
  const named = line
    .replace(PLACE, "")
    .replace(YEAR, "")
    .replace(/^\[([^[\]]*)\]$/, "$1")
    .replace(/(?:\s*[,;:/=])+$/, "")
    .trim();
  const name = KEPT_STOP.test(named) ? named : named.replace(/(?<=\p{L}{2}|\)|\d)\.$/u, "");
  return !/[\p{L}\p{N}]/u.test(name) || isPlaceholder(name) || isPlaceholder(line)
    ? undefined
    : name;
}

/** The first real publisher: not `s.n.`, `????` or `[publisher not identified]`. */
export function toPublisher(values: unknown): string | undefined {
  for (const value of asList(values)) {
    const name = read(value);
    if (name !== undefined) return name;
  }
  return undefined;
}
