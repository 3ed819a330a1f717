import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from '../app.module.js';
import { loadConfig } from '../config/config.js';
import { buildOpenApi } from '../openapi/openapi.js';
import { buildPostmanCollection } from '../openapi/postman.js';

/**
 * Writes `openapi.json` and `postman.json`, the same as a Postman collection. With `--check`, fails if an existing file
 * differs. Does not need a database.
 */
const app = await NestFactory.create(
  AppModule.forRoot(loadConfig({}), 'postgres://none'),
  new FastifyAdapter(),
  {
    preview: true,
    logger: ['error'],
    abortOnError: false,
  },
);
const document = await buildOpenApi(app);
const files = { 'openapi.json': document, 'postman.json': buildPostmanCollection(document) };
for (const [file, content] of Object.entries(files)) {
  const text = `${JSON.stringify(content, null, 2)}\n`;
  if (!process.argv.includes('--check')) await writeFile(file, text);
  else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
    process.stderr.write(`${file} is out of date: run npm run openapi and commit it\n`);
    process.exitCode = 1;
  }
}
