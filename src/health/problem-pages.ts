import { problemCodes, problemSlug, problemTypes, type ProblemCode } from '../common/problem-types.js';
import { exampleId } from '../http/endpoint-problems.js';
import { problemDocument } from '../http/problem-document.js';

const style = `body { margin: 0; background: #fafafa; color: #24313f; font: 16px/1.6 system-ui, sans-serif }
nav { padding: .6rem 1.25rem; background: #1b2a3a } nav a { color: #cfe3ff; margin-right: 1rem }
main { max-width: 46rem; margin: 2rem auto; padding: 0 1.25rem }
h1 { font-size: 1.7rem; margin: 0 0 .5rem; overflow-wrap: anywhere } h2 { margin-top: 2rem; font-size: 1.2rem }
.status { display: inline-block; padding: .1rem .6rem; border-radius: 1rem; background: #e3e9f0; font-weight: 600 }
code { padding: .05rem .3rem; border-radius: .25rem; background: #e9edf2; font-size: .9em }
pre { padding: 1rem; overflow-x: auto; border-radius: .4rem; background: #22303f; color: #e8eef5; line-height: 1.45 }
pre code { padding: 0; background: none; color: inherit }
table { border-collapse: collapse; width: 100% } th, td { padding: .5rem .75rem .5rem 0; text-align: left;
  border-bottom: 1px solid #dbe2ea; vertical-align: top }`;

const escapeHtml = (text: string) => text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);

/** Escapes a text, and shows what it has in backticks as code. */
const withCode = (text: string) => escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');

/** @param root the relative URL of the API, which a reverse proxy can serve below another path */
const page = (root: string, title: string, body: string) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8">` +
  `<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)} - Offerdock</title>` +
  `<style>${style}</style></head><body><nav><a href="${root}docs">Documentation</a><a href="${root}problems">Problem types</a></nav>` +
  `<main>${body}</main></body></html>`;

/** The first sentence of a text. */
const summary = (text: string) => /^.*?[.;:](?= |$)/.exec(text)?.[0].replace(/[;:]$/, '.') ?? text;

/** Returns the page that lists all problem types, by status. */
export function problemIndexPage(): string {
  const rows = problemCodes
    .toSorted((a, b) => problemTypes[a].status - problemTypes[b].status)
    .map((code) => {
      const { status, title, help } = problemTypes[code];
      return (
        `<tr><td>${status}&nbsp;${escapeHtml(title)}</td>` +
        `<td><a href="problems/${problemSlug(code)}">${code}</a><br>${withCode(summary(help))}</td></tr>`
      );
    });
  return page(
    '',
    'Problem types',
    `<h1>Problem types</h1><p>Every error has a <code>code</code>, which does not change, and a <code>type</code>, the path ` +
      `of the page that explains it. Under <code>/subscriptions</code>, errors have the JSON:API format and the same causes.</p>` +
      `<table><thead><tr><th>Status</th><th>Code</th></tr></thead><tbody>${rows.join('')}</tbody></table>`,
  );
}

/** Returns the page that explains a problem type. */
export function problemPage(code: ProblemCode): string {
  const { status, title, help } = problemTypes[code];
  const extra = code === 'VALIDATION_FAILED' ? { errors: [exampleError] } : {};
  const example = JSON.stringify(problemDocument(code, exampleId, undefined, extra), null, 2);
  return page(
    '../',
    code,
    `<h1>${code}</h1><p><span class="status">HTTP ${status} ${escapeHtml(title)}</span></p><p>${withCode(help)}</p>` +
      `<h2>Example</h2><pre><code>${escapeHtml(example)}</code></pre>` +
      `<p>When you report a problem, include its <code>requestId</code>.</p>`,
  );
}

const exampleError = { field: 'name', pointer: '/name', code: 'required', message: 'name is required' };
