import { html } from "hono/html";
import type { Html } from "./document.ts";

/** A line of prose with `code` between backticks. */
export function inlineText(text: string): Html {
  return html`${text
    .split("`")
    .map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

/** Prose with paragraphs separated by empty lines. */
export function prose(text: string): Html {
  return html`${text.split(/\n\s*\n/).map((paragraph) => html`<p>${inlineText(paragraph)}</p>`)}`;
}
