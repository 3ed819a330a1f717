import type { Socket } from 'node:net';
import { newId } from '../common/new-id.js';
import { problemDocument } from './problem-document.js';
import type { ProblemCode } from '../common/problem-types.js';

const codesByCause: Partial<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

/**
 * Responds to bytes that Node could not parse as HTTP.
 * Node creates no reply object, so this writes to the socket.
 */
export function replyToMalformedRequest(cause: Error & { code?: string }, socket: Socket): void {
  if (cause.code !== 'ECONNRESET' && socket.writable && socket.bytesWritten === 0) {
    const body = problemDocument(codesByCause[cause.code ?? ''] ?? 'MALFORMED_REQUEST', newId());
    const text = JSON.stringify(body);
    socket.write(
      `HTTP/1.1 ${body.status} ${body.title}\r\ncontent-type: application/problem+json; charset=utf-8\r\n` +
        `content-length: ${Buffer.byteLength(text)}\r\nx-request-id: ${body.requestId}\r\nconnection: close\r\n\r\n${text}`,
    );
  }
  socket.destroy(cause);
}
