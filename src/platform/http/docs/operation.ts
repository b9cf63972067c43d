import { html } from "hono/html";
import { PROBLEMS } from "../../../../contract/problems.ts";
import { curlOf } from "./curl.ts";
import {
  targetOf,
  type ApiDocument,
  type ApiResponse,
  type Content,
  type Html,
  type Operation,
  type Route,
} from "./document.ts";
import { exampleOf } from "./example.ts";
import { fieldItem, schemaTree, typeOf } from "./schema.ts";
import { inlineText, prose } from "./text.ts";

/** The section of one operation: description, parameters, body, responses, and a command to try it. */
export function operationSection(route: Route, document: ApiDocument): Html {
  const { method, path, operation } = route;
  const { operationId, summary = operationId, description, deprecated = false } = operation;
  return html`<section class="operation" id="${operationId}">
    <header>
      <h3><a href="#${operationId}">${summary}</a></h3>
      <p class="route">
        <span class="method ${method}">${method.toUpperCase()}</span>
        <code>${breakable(path)}</code>
        ${deprecated ? html`<span class="deprecated">deprecated</span>` : ""} ${access(operation)}
      </p>
    </header>
    <div class="columns">
      <div>
        ${description === undefined ? "" : prose(description)} ${parameters(operation)}
        ${requestBody(operation, document)} ${responses(operation, document)}
      </div>
      <div class="examples">
        <h4>Example</h4>
        <pre class="curl"><code>${curlOf(route, document)}</code></pre>
        ${exampleAnswer(operation, document)}
      </div>
    </div>
  </section>`;
}

/** A path that may wrap before each segment. */
function breakable(path: string): Html {
  return html`${path.split(/(?=\/)/).map((part) => html`<wbr />${part}`)}`;
}

function access({ security = [] }: Operation): Html | "" {
  if (security.length === 0) return "";
  const optional = security.some((way) => Object.keys(way).length === 0);
  return html`<span class="access">${optional ? "token optional" : "token required"}</span>`;
}

function parameters({ parameters: list = [] }: Operation): Html | "" {
  if (list.length === 0) return "";
  return html`<h4>Parameters</h4>
    <ul class="fields">
      ${list.map(({ name, in: place, required = false, schema = {}, description }) =>
        fieldItem(
          name,
          description === undefined ? schema : { ...schema, description },
          required,
          place,
        ),
      )}
    </ul>`;
}

function requestBody({ requestBody: body }: Operation, document: ApiDocument): Html | "" {
  if (!body) return "";
  return html`<h4>Request body${body.required === true ? "" : " (optional)"}</h4>
    ${body.description === undefined ? "" : prose(body.description)}
    ${contents(body.content, document)}`;
}

/** A body by media type. A named schema is both linked to and written out. */
function contents(content: Content, document: ApiDocument): Html {
  return html`${Object.entries(content).map(([type, { schema = {} }]) => {
    const target = targetOf(schema, document);
    return html`<p class="media"><code>${type}</code> ${target ? typeOf(schema) : ""}</p>
      ${schemaTree(target ?? schema)}`;
  })}`;
}

function responses({ responses: all }: Operation, document: ApiDocument): Html {
  return html`<h4>Responses</h4>
    ${Object.entries(all).map(([status, response]) =>
      Object.hasOwn(response.content ?? {}, "application/problem+json")
        ? problemLine(status, response)
        : html`<details class="response">
            <summary>
              <span class="status s${status.slice(0, 1)}">${status}</span>
              ${inlineText(response.description)}
            </summary>
            ${headers(response)} ${contents(response.content ?? {}, document)}
          </details>`,
    )}`;
}

/** A problem response: the codes with this status, each linked to the table of codes. */
function problemLine(status: string, { description }: ApiResponse): Html {
  const codes = Object.keys(PROBLEMS).filter((code) => description.includes(`${code}:`));
  return html`<p class="response">
    <span class="status s${status.slice(0, 1)}">${status}</span>
    ${
      codes.length === 0
        ? inlineText(description)
        : codes.map((code) => html`<a class="code" href="#problem-${code}">${code}</a> `)
    }
  </p>`;
}

function headers({ headers: given = {} }: ApiResponse): Html | "" {
  const list = Object.entries(given);
  if (list.length === 0) return "";
  return html`<ul class="fields">
    ${list.map(([name, { description, schema = {} }]) =>
      fieldItem(
        name,
        description === undefined ? schema : { ...schema, description },
        false,
        "header",
      ),
    )}
  </ul>`;
}

function exampleAnswer({ responses: all }: Operation, document: ApiDocument): Html | "" {
  const [status, success] = Object.entries(all).find(([code]) => code.startsWith("2")) ?? [];
  const schema = success?.content?.["application/json"]?.schema;
  if (!schema) return "";
  const example = JSON.stringify(exampleOf(schema, document), null, 2);
  return html`<p class="media">${status} <code>application/json</code></p>
    <pre tabindex="0"><code>${example}</code></pre>`;
}
