import 'reflect-metadata';
import {
  Body,
  Controller,
  Injectable,
  Module,
  Post,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { hashApiKey } from '../../src/teams/api-keys/api-key-format.js';

/*
 * A server with one route whose API key is checked in a `hook` or in a `guard`, depending on the first argument. It
 * sends its port to the parent process, and answers each message with its CPU time in microseconds.
 */

const kind = process.argv[2];
const knownHashes = new Set([hashApiKey('known').toString('hex')]);

function checkKey(key: unknown): void {
  if (!knownHashes.has(hashApiKey(String(key)).toString('hex'))) throw new UnauthorizedException();
}

@Injectable()
class KeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, unknown> }>();
    if (kind === 'guard') checkKey(headers['x-api-key']);
    return true;
  }
}

@Controller('offers')
class OffersController {
  @Post()
  create(@Body() body: { entries: unknown[] }) {
    return { entries: body.entries.length };
  }
}

@Module({ controllers: [OffersController], providers: [{ provide: APP_GUARD, useClass: KeyGuard }] })
class AccessModule {}

const app = await NestFactory.create<NestFastifyApplication>(AccessModule, new FastifyAdapter(), {
  logger: ['error'],
});
if (kind === 'hook')
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async ({ headers }) => checkKey(headers['x-api-key']));
await app.listen(0, '127.0.0.1');
const { port } = app.getHttpServer().address() as { port: number };

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.send?.(port);
