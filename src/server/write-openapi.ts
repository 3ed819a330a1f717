import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from '../app.module.js';
import { loadConfig } from '../config/config.js';
import { buildOpenApi } from '../openapi/openapi.js';

/** Writes `openapi.json`. With `--check`, fails if the existing file differs. Does not need a database. */
const file = 'openapi.json';
const app = await NestFactory.create(
  AppModule.forRoot(loadConfig({}), 'postgres://none'),
  new FastifyAdapter(),
  {
    preview: true,
    logger: ['error'],
    abortOnError: false,
  },
);
const text = `${JSON.stringify(await buildOpenApi(app), null, 2)}\n`;
if (!process.argv.includes('--check')) await writeFile(file, text);
else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
  process.stderr.write(`${file} is out of date: run npm run openapi and commit it\n`);
  process.exitCode = 1;
}
