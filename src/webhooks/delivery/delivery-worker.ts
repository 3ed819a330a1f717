import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { runInScope } from '../../common/request/request-scope.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { Encryption } from '../../encryption/encryption.js';
import { apiVersion } from '../../openapi/openapi.js';
import { OutgoingRequests } from '../../outgoing/outgoing-requests.js';
import { Sql } from '../../sql/sql.js';
import { Wakeups } from '../../wakeups/wakeups.js';
