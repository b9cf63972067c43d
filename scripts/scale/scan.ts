import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync } from "vite";
import { TABLE_SIDES, type Side } from "./sides.ts";

/** A statement, or a part of one, with tables of both the libraries and another side. */
export interface Crossing {
  /** Path from the root of the project. */
  readonly file: string;
  /** The constant or function with the SQL. */
  readonly name: string;
  /** Tables of the libraries; empty for a part of a statement, if other parts name them. */
  readonly library: readonly string[];
  /** Tables of the other side. */
  readonly other: readonly string[];
}

/** An exported function of a `storage` folder that takes the database. */
export interface StorageFunction {
  readonly file: string;
  readonly name: string;
  /** The sides of the tables that it uses. */
  readonly sides: ReadonlySet<Side>;
}

interface Tree {
  readonly type: string;
  readonly [key: string]: unknown;
}

interface SourceFile {
  readonly declared: ReadonlyMap<string, Tree>;
  /** Names imported from another file of the project: the file, and the name there. */
  readonly imported: ReadonlyMap<string, readonly [file: string, name: string]>;
  readonly exported: ReadonlySet<string>;
}

type Sources = ReadonlyMap<string, SourceFile>;

const TABLE = new RegExp(
  `\\b(?:FROM|JOIN|INTO|UPDATE)\\s+(${Object.keys(TABLE_SIDES).join("|")})\\b`,
  "g",
);
/** The modules in which a table of a side does not count as a crossing. */
const MODULES_OF: Readonly<Record<OtherSide, RegExp>> = {
  catalogue: /^src\/(catalogue|kv-migration|platform)\//,
  accounts: /^src\/(accounts|catalogue|dead-letters|legacy-websocket)\//,
};

/** A side that statements of the libraries must not reach once it is in another database. */
export type OtherSide = "catalogue" | "accounts";

/** Parses the sources of the service without tests. @param root the project's folder */
export function readSources(root: string): Sources {
  const files = globSync("src/**/*.ts", { cwd: root }).filter((file) => !file.includes(".test."));
  return new Map(
    files
      .toSorted()
      .map((file) => [file, parsed(file, readFileSync(join(root, file), "utf8"))] as const),
  );
}

/** Parses one file. @param file its path from the root of the project */
export function parsed(file: string, text: string): SourceFile {
  const declared = new Map<string, Tree>();
  const imported = new Map<string, readonly [string, string]>();
  const exported = new Set<string>();
  const { body } = parseSync(file, text).program as unknown as { body: Tree[] };
  for (const statement of body) {
    for (const [local, to] of importsOf(file, statement)) imported.set(local, to);
    const declaration = (statement["declaration"] ?? statement) as Tree;
    for (const [name, tree] of declarationsOf(declaration)) {
      declared.set(name, tree);
      if (declaration !== statement) exported.add(name);
    }
  }
  return { declared, imported, exported };
}

/** Named imports from other files, including those that the file only re-exports. */
function importsOf(file: string, statement: Tree): [string, readonly [string, string]][] {
  const from = (statement["source"] as { value?: string } | null)?.value;
  if (from === undefined || !from.startsWith(".")) return [];
  const target = join(file, "..", from);
  return ((statement["specifiers"] ?? []) as Tree[]).flatMap((one) => {
    const isExport = one.type === "ExportSpecifier";
    const there = nameOf(isExport ? one["local"] : one["imported"]);
    const here = nameOf(isExport ? one["exported"] : one["local"]);
    return there === undefined || here === undefined ? [] : [[here, [target, there] as const]];
  });
}

function declarationsOf(statement: Tree): [string, Tree][] {
  if (statement.type === "VariableDeclaration") {
    return (statement["declarations"] as Tree[]).flatMap((one) => {
      const name = nameOf(one["id"]);
      const value = one["init"] as Tree | null;
      return name === undefined || value === null ? [] : [[name, value]];
    });
  }
  const name = nameOf(statement["id"]);
  return name === undefined || statement["body"] == null ? [] : [[name, statement]];
}

const nameOf = (tree: unknown): string | undefined => (tree as { name?: string } | undefined)?.name;

/**
 * Finds every declaration whose SQL has tables of the libraries and of another side, whichever
 * constants and functions the text is assembled from, and every part of such SQL: a declaration
 * outside the other side's modules that names its tables.
 */
export function crossingsOf(sources: Sources, otherSide: OtherSide): Crossing[] {
  const reach = reachOf(sources);
  const isOn = (side: Side) => (table: string) => TABLE_SIDES[table] === side;
  return [...sources].flatMap(([file, { declared }]) =>
    [...declared].flatMap(([name, tree]): Crossing[] => {
      const texts = textsIn(tree).flatMap((text) => {
        const tables = [...reach(file, text)];
        const [library, other] = [tables.filter(isOn("library")), tables.filter(isOn(otherSide))];
        const isPart = !MODULES_OF[otherSide].test(file) && namedIn(text).some(isOn(otherSide));
        return other.length > 0 && (library.length > 0 || isPart) ? [{ library, other }] : [];
      });
      if (texts.length === 0) return [];
      return [
        {
          file,
          name,
          library: sortedOnce(texts.flatMap(({ library }) => library)),
          other: sortedOnce(texts.flatMap(({ other }) => other)),
        },
      ];
    }),
  );
}

const sortedOnce = (names: readonly string[]): string[] => [...new Set(names)].toSorted();

/**
 * The exported storage functions that take the database, with the sides of the tables that they
 * use.
 */
export function storageFunctions(sources: Sources): StorageFunction[] {
  const reach = reachOf(sources);
  return [...sources]
    .filter(([file]) => /^src\/[^/]+\/storage[/.]/.test(file))
    .flatMap(([file, { declared, exported }]) =>
      [...declared]
        .filter(([name, tree]) => exported.has(name) && takesDatabase(tree))
        .map(([name, tree]): StorageFunction => {
          const tables = [...reach(file, tree)];
          return {
            file,
            name,
            sides: new Set(tables.flatMap((table) => TABLE_SIDES[table] ?? [])),
          };
        }),
    );
}

function takesDatabase(tree: Tree): boolean {
  const parameters = JSON.stringify(tree["params"] ?? []);
  return parameters.includes('"D1Database"');
}

/** Returns the tables that a part of a file names, itself or through the declarations that it refers to. */
function reachOf(sources: Sources): (file: string, tree: Tree) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>();
  const ofName = (file: string, name: string): ReadonlySet<string> => {
    const key = `${file}#${name}`;
    const before = known.get(key);
    if (before) return before;
    // A declaration that refers to itself adds nothing.
    known.set(key, new Set());
    const source = sources.get(file);
    const tree = source?.declared.get(name);
    const elsewhere = source?.imported.get(name);
    const tables = tree ? reach(file, tree) : elsewhere ? ofName(...elsewhere) : new Set<string>();
    known.set(key, tables);
    return tables;
  };
  const reach = (file: string, tree: Tree): ReadonlySet<string> =>
    new Set([
      ...namedIn(tree),
      ...[...identifiersIn(tree)].flatMap((name) => [...ofName(file, name)]),
    ]);
  return reach;
}

/** Calls `visit` for a tree and its nodes until it returns true for one. */
function walk(tree: unknown, visit: (part: Tree) => boolean | undefined): void {
  if (typeof tree !== "object" || tree === null) return;
  if (Array.isArray(tree)) {
    for (const part of tree) walk(part, visit);
    return;
  }
  if ("type" in tree && visit(tree as Tree) === true) return;
  for (const part of Object.values(tree)) walk(part, visit);
}

/** The outermost strings and templates. */
function textsIn(tree: Tree): Tree[] {
  const texts: Tree[] = [];
  walk(tree, (part) => {
    const isText = part.type === "TemplateLiteral" || isString(part);
    if (isText) texts.push(part);
    return isText;
  });
  return texts;
}

function identifiersIn(tree: Tree): Set<string> {
  const names = new Set<string>();
  walk(tree, (part) => {
    if (part.type === "Identifier") names.add(String(part["name"]));
    return undefined;
  });
  return names;
}

/** The tables that strings and templates name as whole words. */
function namedIn(tree: Tree): string[] {
  const tables: string[] = [];
  walk(tree, (part) => {
    const text =
      part.type === "TemplateElement"
        ? (part["value"] as { raw: string }).raw
        : isString(part)
          ? String(part["value"])
          : "";
    for (const [, table = ""] of text.matchAll(TABLE)) tables.push(table);
    return undefined;
  });
  return tables;
}

const isString = (part: Tree): boolean =>
  part.type === "Literal" && typeof part["value"] === "string";
