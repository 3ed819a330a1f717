const style = `
body { margin: 0; background: #fafafa }
.bar { position: sticky; top: 0; z-index: 10; display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem;
  padding: .6rem 1.25rem; background: #1b2a3a; color: #fff; font: 15px/1.4 system-ui, sans-serif }
.bar b { font-size: 1.1rem; margin-right: auto }
.bar a { color: #cfe3ff }
.bar a:focus-visible, .bar button:focus-visible { outline: 2px solid #7cc4ff; outline-offset: 2px }
.demo { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem }
.demo[hidden] { display: none }
.demo button { font: inherit; cursor: pointer; padding: .2rem .8rem; color: #fff; background: none;
  border: 1px solid #7f93a8; border-radius: 1rem }
.demo button:hover { background: #2d4157 }
.demo button[aria-pressed=true] { background: #49cc90; border-color: #49cc90; color: #10202f }
.loading { padding: 2rem; text-align: center; font: 16px system-ui, sans-serif; color: #444 }
.swagger-ui .info { margin: 1.5rem 0 }
.swagger-ui .info h2 { margin: 1.25rem 0 .5rem; font-size: 1.25rem }
.swagger-ui .scheme-container { padding: 1rem 0; margin: 0 0 1rem; box-shadow: none; background: none }
.swagger-ui .servers-title, .swagger-ui .servers { display: none }
.swagger-ui .opblock-tag small { padding: 0 10px }
`;

/**
 * Builds the page of the documentation.
 * @param url returns the URL of a file of the page, which contains its version
 */
export const docsPage = (url: (file: string) => string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Offerdock API</title>
<link rel="preload" href="openapi.json" as="fetch" crossorigin="anonymous">
<link rel="stylesheet" href="${url('swagger-ui.css')}">
<link rel="icon" type="image/png" href="${url('favicon-32x32.png')}" sizes="32x32">
<style>${style}</style>
<script defer src="${url('swagger-ui-bundle.js')}"></script>
<script defer src="${url('page.js')}"></script>
</head>
<body>
<header class="bar"><b>Offerdock API</b>
<div class="demo" id="demo" hidden><span>Use a demo key:</span></div>
<a href="openapi.json">OpenAPI document</a> <a href="problems">Problem types</a></header>
<main id="swagger-ui"><p class="loading">Loading the documentation …</p></main>
<noscript><p class="loading">The documentation needs JavaScript. The same information is in the
<a href="openapi.json">OpenAPI document</a>.</p></noscript>
</body>
</html>
`;
