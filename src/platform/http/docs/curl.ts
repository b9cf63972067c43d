import type { ApiDocument, Operation, Parameter, Route } from "./document.ts";
import { exampleOf } from "./example.ts";

/** A curl command that calls an operation. Values to fill in are between < and >. */
export function curlOf({ method, path, operation }: Route, document: ApiDocument): string {
  const url = `$BOOKSTRACK${pathOf(path, operation)}${queryOf(operation)}`;
  const parts = [
    method === "get" ? `curl "${url}"` : `curl -X ${method.toUpperCase()} "${url}"`,
    ...(needsToken(operation) ? [`-H "Authorization: Bearer $TOKEN"`] : []),
    ...headersOf(operation),
    ...bodyOf(operation, document),
  ];
  return parts.join(" \\\n  ");
}

function pathOf(path: string, { parameters = [] }: Operation): string {
  return path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const parameter = parameters.find((given) => given.in === "path" && given.name === name);
    return sampleOf(parameter) ?? `<${name}>`;
  });
}

function queryOf({ parameters = [] }: Operation): string {
  const pairs = parameters
    .filter(({ in: place }) => place === "query")
    .flatMap((parameter) => {
      const sample = sampleOf(parameter) ?? (parameter.required === true ? "…" : undefined);
      return sample === undefined ? [] : [`${parameter.name}=${encodeURIComponent(sample)}`];
    });
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function headersOf({ parameters = [] }: Operation): string[] {
  return parameters
    .filter(({ in: place, required }) => place === "header" && required === true)
    .map((parameter) => `-H "${parameter.name}: ${sampleOf(parameter) ?? "<value>"}"`);
}

function sampleOf(parameter: Parameter | undefined): string | undefined {
  const [example] = parameter?.schema?.examples ?? [];
  return typeof example === "string" ? example : undefined;
}

function needsToken({ security = [] }: Operation): boolean {
  return security.length > 0 && security.every((way) => Object.keys(way).length > 0);
}

function bodyOf({ requestBody }: Operation, document: ApiDocument): string[] {
  if (!requestBody) return [];
  const { "application/json": json, ...others } = requestBody.content;
  if (json) {
    const example = JSON.stringify(exampleOf(json.schema ?? {}, document)).replaceAll("'", "’");
    return [`-H "Content-Type: application/json"`, `-d '${example}'`];
  }
  const [type] = Object.keys(others);
  if (type === undefined) return [];
  if (type === "multipart/form-data") return [`-F "file=@library.csv"`];
  return [`-H "Content-Type: ${type}"`, `--data-binary @library.csv`];
}
