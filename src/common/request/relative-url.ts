/**
 * Returns the path and the query of a request target. Only a proxy has to send an absolute URL, but every server must
 * accept one (RFC 9112 3.2.2); its host is the client's claim and is not repeated in links.
 */
export const relativeUrl = (target: string): string =>
  target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '') || '/';
