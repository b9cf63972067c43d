import { html, raw } from "hono/html";
import { PROBLEMS } from "../../../../contract/problems.ts";
import { routesByTag, type ApiDocument, type Html, type Route } from "./document.ts";
import { operationSection } from "./operation.ts";
import { schemaTree } from "./schema.ts";
import { prose } from "./text.ts";

/** Renders the reference as one self-contained page without scripts, fonts or images. */
export async function docsPage(document: ApiDocument, style: string): Promise<string> {
  const { title, version, description = "" } = document.info;
  const tags = [...routesByTag(document)];
  const schemas = Object.entries(document.components?.schemas ?? {});
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} API ${version}</title>
        <link rel="icon" href="data:," />
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <nav aria-label="Operations">
          <p class="brand"><a href="#content">${title}</a> <span>${version}</span></p>
          <details open>
            <summary>Contents</summary>
            ${tags.map(([tag, routes]) => navigation(tag, routes))}
            <h2>Reference</h2>
            <ul>
              <li><a href="#problems">Problem codes</a></li>
              <li><a href="#schemas">Schemas</a></li>
              <li><a href="/openapi.json">openapi.json</a></li>
            </ul>
          </details>
        </nav>
        <main id="content">
          <h1>${title} API</h1>
          ${prose(description)}
          <p>
            The examples read the service's URL from <code>BOOKSTRACK</code> and the token, where
            one is required, from <code>TOKEN</code>. The machine-readable document:
            <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).
          </p>
          ${tags.map(
            ([tag, routes]) =>
              html`<h2 id="${anchor(tag)}">${tag}</h2>
                ${routes.map((route) => operationSection(route, document))}`,
          )}
          ${problemTable()}
          <h2 id="schemas">Schemas</h2>
          ${schemas.map(
            ([name, schema]) =>
              html`<section class="schema" id="schema-${name}">
                <h3><a href="#schema-${name}">${name}</a></h3>
                ${schema.description === undefined ? "" : prose(schema.description)}
                ${schemaTree(schema)}
              </section>`,
          )}
        </main>
      </body>
    </html>`;
  return String(await page);
}

const anchor = (tag: string): string => `tag-${tag.toLowerCase().replaceAll(/\W+/g, "-")}`;

function navigation(tag: string, routes: readonly Route[]): Html {
  return html`<h2><a href="#${anchor(tag)}">${tag}</a></h2>
    <ul>
      ${routes.map(
        ({ method, operation: { operationId, summary = operationId } }) =>
          html`<li>
            <a href="#${operationId}"
              ><span class="method ${method}">${method.toUpperCase()}</span>
              <span>${summary}</span></a
            >
          </li>`,
      )}
    </ul>`;
}

function problemTable(): Html {
  return html`<h2 id="problems">Problem codes</h2>
    <p>
      Every error response is <code>application/problem+json</code> (RFC 9457), described by
      <a href="#schema-Problem">Problem</a>. Its <code>code</code> is one of these and does not
      change; text may.
    </p>
    <div class="table" tabindex="0" role="region" aria-labelledby="problems">
      <table>
        <thead>
          <tr>
            <th scope="col">Code</th>
            <th scope="col">Status</th>
            <th scope="col">Meaning</th>
            <th scope="col">Retryable</th>
          </tr>
        </thead>
        <tbody>
          ${Object.entries(PROBLEMS).map(
            ([code, { status, title, retryable }]) =>
              html`<tr id="problem-${code}">
                <td><code>${code}</code></td>
                <td>
                  <span class="status s${String(status).slice(0, 1)}">${status}</span>
                </td>
                <td>${title}</td>
                <td>${retryable ? "yes" : "no"}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}
