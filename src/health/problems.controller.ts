import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiTags } from '../lazy-swagger/decorators.js';
import { Endpoint } from '../http/endpoint.js';
import { NotFound } from '../common/errors.js';
import { problemCodes, problemSlug, problemTypes } from '../common/problem-types.js';

const escapeHtml = (text: string) => text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);

const renderPage = (title: string, body: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)} - Offerdock</title>` +
  `<body style="font:16px/1.5 system-ui;max-width:40rem;margin:3rem auto;padding:0 1rem"><h1>${escapeHtml(title)}</h1>${body}</body></html>`;

@ApiTags('Operation')
@Controller('problems')
export class ProblemsController {
  @Get(':slug')
  @Header('content-type', 'text/html; charset=utf-8')
  @Endpoint({
    access: 'public',
    limitsAddress: true,
    summary: 'Get the description of a problem type',
    description: 'The URL in the `type` member of a problem document points to this page.',
    response: {
      mediaType: 'text/html',
      description: 'A page that describes the problem type.',
      example: '<!doctype html><html lang="en">…</html>',
    },
    errors: ['NOT_FOUND', 'RATE_LIMITED'],
  })
  getProblemType(@Param('slug') slug: string): string {
    const code = problemCodes.find((candidate) => problemSlug(candidate) === slug);
    if (!code) throw new NotFound('Problem type');
    const { status, title, help } = problemTypes[code];
    return renderPage(code, `<p>HTTP ${status} ${escapeHtml(title)}</p><p>${escapeHtml(help)}</p>`);
  }
}
