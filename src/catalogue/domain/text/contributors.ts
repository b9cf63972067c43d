import type { AuthorDetail } from "../../../../contract/catalogue.ts";
import { toLine } from "../merge/normalise.ts";
import { foldLetters } from "./fold-letters.ts";
import { asList, asObject, present } from "./json-values.ts";
import { type Contributor, splitNames, toContributor } from "./person.ts";
import { isPlaceholder } from "./placeholder.ts";
import { roleIn, roleOfWord } from "./role.ts";

/** A book with more people is an anthology, for which no list shows all. */
const MAX_PEOPLE = 100;

/**
 * The people of a book: `authors` are those without another role. `authorsDetailed` has the same in the same order, then
 * the people with other roles; it is absent if it has no key and no role.
 */
export interface People {
  readonly authors: string[];
  readonly authorsDetailed?: AuthorDetail[];
}

/** A name in a list, with the source's key of the person. */
export interface Named {
  readonly name: string;
  readonly role?: string | undefined;
  readonly key?: string | undefined;
}

/**
 * The people in a list of names or of objects with a `name`, optionally with a `role` and a key.
 */
export function toContributors(
  values: unknown,
  keyOf: (author: unknown) => string | undefined = () => undefined,
): Named[] {
  return asList(values).flatMap((value) => {
    const line = toLine(value);
    if (line === undefined) return [];
    const stated = toLine(asObject(value)?.["role"]);
    const role = stated === undefined ? undefined : (roleOfWord(stated) ?? stated);
    const names = splitNames(line);
    // A key belongs to one person.
    const key = names.length === 1 ? keyOf(value) : undefined;
    return names.flatMap((name) => {
      const person = toContributor(name);
      return person === undefined || isPlaceholder(person.name)
        ? []
        : [present({ name: person.name, role: role ?? person.role, key })];
    });
  });
}

/** `by`, also after the kind of the text: `a novel by`, `poems by`. */
const BY =
  /^(?:(?:(?:[Aa]n?|[Tt]he|selected|collected)\s)*(?:novels?|poems?|poetry|stories|tales?|plays?|memoirs?|essays|letters|lectures)\s+by|prepared\sby|[Bb]y|par|von|di|por|av|door)\s+(?:the\s+)?(?=\P{Ll})/u;
/** `... [et al.]`, `[and others]`, `[u.a.]`: there are more. */
const OTHERS =
  /\s*(?:\.{3}|…)?\s*(?:\b(?:et\.? al|and (?:\w+ )?others|u\.\s?a|i dr|y otros)\b|(?:\.{3}|…))[\s.,]*$/i;
const PROSE = /^(?:Published|Prepared|Issued|Sponsored|Printed|Produced|Presented|Submitted)\b/;

/** The people of a statement of responsibility: `by A. Author ; illustrated by B. Artist`. */
export function contributorsIn(statement: unknown): Contributor[] {
  const line = toLine(statement)?.replace(/[[\]]/g, "") ?? "";
  return line
    .split(
      /\s*;\s*|(?<!\band|ed,?)\s+(?=with (?:an? )?(?:introduction|foreword|preface|illustrations) by\s)/i,
    )
    .flatMap((part) => {
      const { text, role } = roleIn(part.replace(BY, ""));
      return splitNames(
        text
          .replace(OTHERS, "")
          .replace(/\s+(?:from|based on|after) the\s.*$/, "")
          .replace(/[\s.,]+$/, (end) =>
            /(?:\p{Lu}|\b[JS]r)\.$/u.test(text) ? "." : end.replace(/[\s.,]+/, ""),
          ),
      ).flatMap((name) => {
        const person = toContributor(name);
        if (person === undefined || isPlaceholder(person.name) || !isPersonal(person.name))
          return [];
        const stated = role ?? person.role;
        return [stated === undefined ? { name: person.name } : { name: person.name, role: stated }];
      });
    });
}

/** A statement may also contain prose, with words in lower case and of any length. */
function isPersonal(name: string): boolean {
  const words = name.split(" ");
  return (
    words.length <= 7 &&
    /^[\p{Lu}\p{Lo}\p{Lt}]/u.test(name) &&
    !/\b(?:by|with|from)\b/.test(name) &&
    !PROSE.test(name)
  );
}

/**
 * The people of a book in their order, each once. Authors are those without a role, or with the role of an author; if
 * there are none, its editors, compilers and adapters.
 */
export function toPeople(contributors: readonly Named[]): People {
  const people = distinct(contributors).slice(0, MAX_PEOPLE);
  const writers = people.filter(isAuthor);
  const responsible =
    writers.length > 0
      ? writers
      : people.filter(({ role }) => role === "editor" || role === "compiler" || role === "adapter");
  const authors = responsible.map(({ name }) => name);
  const isDetailed = people.some(({ role, key }) => key !== undefined || role !== undefined);
  const others = people.filter((person) => !responsible.includes(person));
  const detailed = [...responsible, ...others].map(({ name, role, key }) =>
    present({ name, role, key }),
  );
  return { authors, ...(isDetailed ? { authorsDetailed: detailed } : {}) };
}

/**
 * Merges mentions of the same person: the first spelling, with the key and the role of any mention.
 */
function distinct(contributors: readonly Named[]): Named[] {
  const found = new Map<string, Named>();
  for (const person of contributors) {
    const name = foldLetters(person.name) || person.name;
    const earlier = found.get(name);
    found.set(
      name,
      earlier === undefined
        ? person
        : present({
            name: earlier.name,
            role: isAuthor(person) && !isAuthor(earlier) ? person.role : earlier.role,
            key: earlier.key ?? person.key,
          }),
    );
  }
  return [...found.values()];
}

function isAuthor({ role }: Named): boolean {
  return role === undefined || role === "author";
}

/**
 * Details that match a list of authors: the known details of these authors, in the list's spelling
 * and order, then the people with other roles. Undefined if they add nothing to the names.
 */
export function detailsOf(
  authors: readonly string[],
  known: readonly Named[] = [],
): AuthorDetail[] | undefined {
  const byName = new Map<string, Named>();
  for (const { name, role, key } of known) {
    const earlier = byName.get(foldLetters(name));
    const detail = { name, role: earlier?.role ?? role, key: earlier?.key ?? key };
    byName.set(foldLetters(name), present(detail));
  }
  const own = authors.map((name) => ({ ...byName.get(foldLetters(name)), name }));
  const names = new Set(authors.map(foldLetters));
  const others = [...byName.values()].filter(
    (person) => !isAuthor(person) && !names.has(foldLetters(person.name)),
  );
  const details = [...own, ...others];
  return details.some(({ role, key }) => role !== undefined || key !== undefined)
    ? details
    : undefined;
}
