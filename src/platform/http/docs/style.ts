/** The style sheet of the reference: light and dark by the reader's preference, one column on a narrow screen. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #fbfaf8; --panel: #ffffff; --code: #f3f1ed; --line: #e2ded6;
  --text: #23211e; --soft: #6b665e; --link: #0b5c6b; --mark: #0b5c6b;
  --get: #1d5fa8; --post: #23713a; --put: #8a5a00; --delete: #b02a2a;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #161513; --panel: #1e1c1a; --code: #272421; --line: #37332e;
    --text: #e9e5de; --soft: #a39c90; --link: #7cc7d6; --mark: #7cc7d6;
    --get: #7db4f0; --post: #7fcf95; --put: #e3b65a; --delete: #f08d8d;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0; display: grid; grid-template-columns: 19rem minmax(0, 1fr);
  background: var(--page); color: var(--text); font: 1rem/1.55 var(--sans);
}
a { color: var(--link); text-underline-offset: 0.15em; }
a:focus-visible, summary:focus-visible, pre:focus-visible, .table:focus-visible {
  outline: 2px solid var(--mark); outline-offset: 2px; border-radius: 3px;
}
code, pre { font-family: var(--mono); font-size: 0.875em; }
p { margin: 0.5rem 0; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 1rem; padding: 0.5rem 1rem; background: var(--panel); z-index: 1; }

nav {
  position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1rem 2rem 1.5rem;
  border-right: 1px solid var(--line); background: var(--panel); font-size: 0.875rem;
}
nav .brand { margin: 0 0 1rem; font-size: 1.125rem; font-weight: 650; }
nav .brand a { color: inherit; text-decoration: none; }
nav .brand span { color: var(--soft); font-size: 0.8125rem; font-weight: 400; }
nav summary { display: none; }
nav h2 { margin: 1.25rem 0 0.25rem; font-size: 0.8125rem; color: var(--soft); font-weight: 600; }
nav h2 a { color: inherit; text-decoration: none; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a {
  display: flex; gap: 0.5rem; align-items: baseline; padding: 0.25rem 0.5rem; margin: 0 -0.5rem;
  border-radius: 4px; color: inherit; text-decoration: none; line-height: 1.35;
}
nav li a:hover { background: var(--code); }
nav .method { flex: 0 0 3.1rem; font-size: 0.6875rem; }

main { padding: 2rem 2.5rem 6rem; max-width: 84rem; }
h1 { margin: 0 0 0.5rem; font-size: 1.875rem; line-height: 1.2; letter-spacing: -0.015em; }
main > h2 { margin: 3rem 0 0; font-size: 1.375rem; letter-spacing: -0.01em; }
main > p { max-width: 44rem; }
h3 { margin: 0; font-size: 1.0625rem; line-height: 1.35; }
h3 a { color: inherit; text-decoration: none; }
h3 a:hover { text-decoration: underline; }
h4 { margin: 1.5rem 0 0.25rem; font-size: 0.875rem; color: var(--soft); font-weight: 600; }

.operation, .schema {
  margin-top: 1rem; padding: 1.25rem 1.5rem 1.5rem; background: var(--panel);
  border: 1px solid var(--line); border-radius: 8px;
}
:target { border-color: var(--mark); }
.route { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; align-items: baseline; margin: 0.25rem 0 0; }
.route code { font-size: 0.9375rem; overflow-wrap: anywhere; }
.method { font: 700 0.75rem/1.4 var(--mono); }
.get { color: var(--get); } .post { color: var(--post); } .put, .patch { color: var(--put); } .delete { color: var(--delete); }
.access, .deprecated { padding: 0 0.5rem; border: 1px solid var(--line); border-radius: 1rem; font-size: 0.75rem; color: var(--soft); }
.deprecated { color: var(--delete); }
.columns { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 4fr); gap: 0 2rem; }
.columns > div > :first-child { margin-top: 0.75rem; }

.fields { list-style: none; margin: 0; padding: 0; }
.fields > li { padding: 0.5rem 0; border-top: 1px solid var(--line); }
.fields > li:first-child { border-top: 0; }
.fields .fields { margin: 0.5rem 0 0 0.25rem; padding-left: 1rem; border-left: 2px solid var(--line); }
.field { display: flex; flex-wrap: wrap; gap: 0 0.625rem; align-items: baseline; }
.field .name { font-weight: 600; }
.type, .note, .limits, .media { color: var(--soft); font-size: 0.8125rem; }
.required { color: var(--put); font-size: 0.8125rem; }
.fields p { margin: 0.125rem 0 0; font-size: 0.875rem; }
.fields .limits { font-size: 0.8125rem; overflow-wrap: anywhere; }
.media { margin: 0.5rem 0 0.25rem; }

.response { margin: 0; padding: 0.375rem 0; border-top: 1px solid var(--line); font-size: 0.875rem; overflow-wrap: anywhere; }
h4 + .response { border-top: 0; }
summary { cursor: pointer; }
.response > .fields, .response > .media { margin-left: 1rem; }
.status { display: inline-block; min-width: 2.25rem; font: 600 0.8125rem/1.4 var(--mono); }
.s2 { color: var(--post); } .s3 { color: var(--get); } .s4 { color: var(--put); } .s5 { color: var(--delete); }
.code { font: 0.8125rem/1.6 var(--mono); margin-right: 0.5rem; text-decoration: none; }
.code:hover { text-decoration: underline; }

pre {
  margin: 0.25rem 0 0; padding: 0.75rem 1rem; overflow-x: auto; max-height: 28rem;
  background: var(--code); border-radius: 6px; line-height: 1.5; font-size: 0.8125rem;
}
pre code { font-size: inherit; }
.curl { white-space: pre-wrap; overflow-wrap: anywhere; }
:not(pre) > code { overflow-wrap: anywhere; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.875rem; }
th { text-align: left; font-weight: 600; color: var(--soft); }
th, td { padding: 0.375rem 1.5rem 0.375rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
td code { white-space: nowrap; }
tr:target { background: var(--code); }

@media (max-width: 75rem) {
  .columns { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 52rem) {
  body { display: block; }
  nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); padding: 1rem; }
  nav .brand { margin: 0 0 0.5rem; }
  nav summary { display: list-item; font-weight: 600; color: var(--link); }
  nav details { max-height: 45vh; overflow-y: auto; }
  main { padding: 1.25rem 1rem 4rem; }
  .operation, .schema { padding: 1rem; border-radius: 6px; }
}
@media print {
  nav { display: none; }
  body { display: block; }
  pre { max-height: none; white-space: pre-wrap; }
}
`;
