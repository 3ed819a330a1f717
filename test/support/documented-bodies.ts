import { filesIn, readSource } from './source-files.js';

/** A request in the documentation, as a command of the shell. */
export interface DocumentedRequest {
  file: string;
  method: string;
  /** Can contain variables of the shell, as can the body: `/webhooks/endpoints/$ENDPOINT/test`. */
  path: string;
  body: string;
  /** The variable in which the shell keeps a member of the answer, and the member. */
  keeps?: { variable: string; member: string };
}

const pages = ['README.md', ...filesIn('docs').filter((file) => file.endsWith('.md'))];

const fences = (file: string, language: string) =>
  [...readSource(file).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text = '']) => text,
  );

const command =
  /(?:(\w+)=\$\()?\b(post|patch|send ([A-Z]+)) "?(\/[^\s"]+)"?(?: +"\$[A-Z]+")? +(?:'([^']*)'|"((?:[^"\\]|\\.)*)")(?:\s*\|\s*json \.(\w+))?/g;

/** Returns the requests of the pages that a helper such as `post` or `send PUT` sends with a body. */
export const documentedRequests = (): DocumentedRequest[] =>
  pages.flatMap((file) =>
    fences(file, 'sh').flatMap((script) =>
      [...script.replaceAll('\\\n', ' ').matchAll(command)].map(
        ([, variable, helper, verb, path = '', plain, quoted, member]) => ({
          file,
          method: verb ?? helper?.toUpperCase() ?? '',
          path,
          body: plain ?? quoted?.replaceAll('\\"', '"') ?? '',
          ...(variable && member ? { keeps: { variable, member } } : {}),
        }),
      ),
    ),
  );

/** Returns the JSON of the pages that is not part of a command, with the file and its number there. */
export const documentedJson = (): [where: string, json: string][] =>
  pages.flatMap((file) =>
    fences(file, 'json').map((json, index): [string, string] => [`${file} ${index + 1}`, json]),
  );

/** Replaces variables of the shell. */
export const withVariables = (text: string, valueOf: (name: string) => string): string =>
  text.replace(/\$(\w+)/g, (_, name: string) => valueOf(name));
