import {
  MAX_POSITION_LENGTH,
  MAX_SERIES,
  MAX_SERIES_NAME_LENGTH,
  type OwnSeries,
} from "../../../contract/library-fields.ts";
import { defined } from "../../platform/defined.ts";
import { fold } from "./fold.ts";

/** A series of a book, with the book's position in it. */
export type Series = OwnSeries[number];

const NUMBER = String.raw`\d{1,5}(?:[.,]\d{1,3})?`;
/** `3`, `1.5`, `1-3`, `1 & 2`. */
const POSITION = String.raw`${NUMBER}(?:\s*(?:[-–—&+]|to|bis)\s*${NUMBER})?`;
const MARK = String.raw`(?:#|№|n[°º]|\b(?:book|bk|vol|volume|band|bd|buch|tome|teil|libro|livre|libre|deel|boek|no|nr)\b\.?)`;
const PART = String.raw`(?:\s*,\s*(?:part|parte|partie|pt|teil)\b.*)?`;
/** `Dune, #1`, `Discworld #3`, `The Strategyzer Series Book 3`. */
const MARKED = new RegExp(String.raw`^(.*?)[\s,:;–-]*${MARK}\s*#?\s*(${POSITION})${PART}$`, "iu");
/** `Dune (1)`, `Dune [#1]`, `Dune, 1`, `Dune; 1`. */
const UNMARKED = new RegExp(
  String.raw`^(.+?)\s*(?:[([]\s*#?\s*(${POSITION})\s*[)\]]|[,;]\s*(${POSITION}))$`,
  "u",
);
/** Names that are not series: `(Issue #3)`. */
const NO_NAMES = /^(?:issue|no|nr|number|part|vol|volume|book|band|season|episode|opus|op)?$/i;

/** Longer texts are not examined, because the patterns take more than linear time. */
const MAX_TEXT_LENGTH = 2 * MAX_SERIES_NAME_LENGTH;

/** A position in its usual spelling: `1.5`, `1-3`. */
export function positionOf(text: string): string | undefined {
  if (text.length > MAX_TEXT_LENGTH) return undefined;
  const position = text
    .trim()
    .replace(/^#\s*/, "")
    .replace(/(\d),(\d)/g, "$1.$2")
    .replace(/(\d+)\.0+(?!\d)/g, "$1")
    .replace(/\s*(?:[-–—]|to|bis)\s*(?=\d)/g, "-");
  return position === "" || position.length > MAX_POSITION_LENGTH ? undefined : position;
}

/** Reads one series from a text of a column: `Dune #1`, `Dune (1)`, `Dune`. */
export function seriesOf(text: string): Series | undefined {
  if (text.length > MAX_TEXT_LENGTH) return undefined;
  const marked = numbered(text);
  if (marked !== undefined) return marked;
  const [, name = text, inBrackets, afterComma] = UNMARKED.exec(text.trim()) ?? [];
  return named(name, inBrackets ?? afterComma);
}

/**
 * The series in brackets in a title: `Dune (Dune, #1)`, `Mort (Discworld, #4; Death, #1)`. Brackets
 * without a number are ignored.
 */
export function seriesInTitle(title: string): Series[] {
  if (title.length > 2 * MAX_TEXT_LENGTH) return [];
  const groups = [...title.matchAll(/\(([^()]*(?:\([^()]*\)[^()]*)*)\)/gu)];
  const found = groups.flatMap(([, inside = ""]) => {
    const parts = inside.split(";").map((part) => part.trim());
    const series = parts.map(numbered);
    if (series.every((one) => one === undefined)) return [];
    return parts.flatMap((part, index) => series[index] ?? named(part) ?? []);
  });
  return distinctSeries(found);
}

/** The distinct series, each with its position if any of the texts has it. */
export function distinctSeries(series: readonly Series[]): Series[] {
  const byName = new Map<string, Series>();
  for (const one of series) {
    const key = fold(one.name);
    const { position = one.position } = byName.get(key) ?? {};
    byName.set(key, { ...(byName.get(key) ?? one), ...defined({ position }) });
  }
  return [...byName.values()].slice(0, MAX_SERIES);
}

function numbered(text: string): Series | undefined {
  if (text.length > MAX_TEXT_LENGTH) return undefined;
  const [, name = "", position] = MARKED.exec(text.trim()) ?? [];
  return position === undefined || NO_NAMES.test(name.trim()) ? undefined : named(name, position);
}

function named(name: string, position = ""): Series | undefined {
  const bare = name.trim().replace(/(?<![\s,:;])[\s,:;]+$/u, "");
  if (bare === "" || bare.length > MAX_SERIES_NAME_LENGTH) return undefined;
  return { name: bare, ...defined({ position: positionOf(position) }) };
}
