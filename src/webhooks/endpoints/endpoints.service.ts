import { Inject, Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Clock } from '../../common/clock.js';
import { Conflict, NotFound } from '../../common/errors.js';
import { newId } from '../../common/new-id.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { Encryption } from '../../encryption/encryption.js';
import { CursorCodec, cursorScope } from '../../paging/cursor.js';
import { defaultLimit, takePage, type Page, type PageQuery } from '../../paging/page.js';
import { changedColumns } from '../../sql/changed-columns.js';
import { lockOwn } from '../../sql/own-row.js';
import { Sql } from '../../sql/sql.js';
import type { SqlRunner, Transaction } from '../../sql/transaction.js';
import type { Caller } from '../../teams/caller.js';
import { Wakeups } from '../../wakeups/wakeups.js';
import { newWebhookSecret } from '../signature.js';
import { parseNewEndpoint, patchEndpoint, type EndpointSettings } from './endpoint-input.js';
import { openEndpoint, sealEndpoint, type EndpointSecrets } from './endpoint-secrets.js';
import {
  endpointETag,
  requireEndpointMatch,
  WebhookEndpointView,
  type RotateWebhookSecret,
  type WebhookEndpointWithSecret,
} from './endpoints.dto.js';
import {
  countEndpoints,
  endpointById,
  newestEndpoints,
  toStoredEndpoint,
  type StoredEndpoint,
} from './endpoints.query.js';
import { createLane, endWaiting, restartLane, stopLane, wakeLane } from './lane-changes.write.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';

const maxEndpoints = 10;
const defaultGraceHours = 24;
const hourMs = 3_600_000;

/** An endpoint with its entity tag. */
export interface TaggedEndpoint<View = WebhookEndpointView> {
  endpoint: View;
  etag: string;
}

/** Creates, reads, changes and deletes the webhook endpoints of a team. Another team's endpoint is not found. */
@Injectable()
export class WebhookEndpointsService {
  constructor(
    private readonly sql: Sql,
    private readonly encryption: Encryption,
    private readonly cursors: CursorCodec,
    private readonly wakeups: Wakeups,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  private get rules() {
    return { allowInsecure: this.config.webhookAllowInsecure };
  }

  /** @throws ValidationFailed; Conflict if the team has 10 endpoints; DomainError UNAVAILABLE without a data key */
  async create(team: Caller, body: unknown): Promise<TaggedEndpoint<WebhookEndpointWithSecret>> {
    const { headers, ...settings } = parseNewEndpoint(team.role, body, this.rules);
    const now = this.clock.now();
    const id = newId(now.getTime());
    const secrets = { secret: newWebhookSecret(), headers };
    return this.sql.transaction(async (tx) => {
      // Otherwise, concurrent requests could exceed the limit.
      await tx.rows({ text: 'SELECT 1 FROM teams WHERE id = $1 FOR NO KEY UPDATE', values: [team.id] });
      const [[count] = []] = await tx.rows(countEndpoints(team.id));
      if (Number(count) >= maxEndpoints)
        throw new Conflict(`A team can have at most ${maxEndpoints} webhook endpoints; delete one first`);
      const disabledAt = settings.enabled ? null : now;
      await tx.manager.insert(WebhookEndpoint, {
        ...settings,
        ...this.sealed(id, secrets),
        id,
        teamId: team.id,
        disabledAt,
        version: 1,
        createdAt: now,
        updatedAt: now,
      });
      await tx.rows(createLane(id));
      return withSecret(await this.get(team.id, id, tx), secrets);
    });
  }

  /** Runs one statement, and one more with `count`. @throws DomainError INVALID_CURSOR */
  async list(teamId: string, query: PageQuery): Promise<Page<WebhookEndpointView>> {
    const { cursor, limit = defaultLimit, count } = query;
    const scope = cursorScope(`webhook endpoints ${teamId}`, {});
    const after = cursor === undefined ? undefined : this.cursors.decode(scope, cursor);
    const rows = await this.sql.rows(newestEndpoints(teamId, { after, limit: limit + 1 }));
    const total = count ? await this.sql.rows(countEndpoints(teamId)) : undefined;
    const { items, last } = takePage(rows.map(toStoredEndpoint), limit);
    return {
      items: items.map((stored) => this.view(stored)),
      next: last && this.cursors.encode(scope, [last.createdAt, last.id]),
      ...(total && { total: Number(total[0]?.[0]) }),
    };
  }

  /** @throws NotFound */
  async get(teamId: string, id: string, runner: Pick<SqlRunner, 'rows'> = this.sql): Promise<TaggedEndpoint> {
    const [row] = isUuid(id) ? await runner.rows(endpointById(teamId, id)) : [];
    if (!row) throw notFound();
    const stored = toStoredEndpoint(row);
    const endpoint = this.view(stored);
    return { endpoint, etag: endpointETag(endpoint, stored.version) };
  }

  /**
   * Applies a JSON merge patch. A patch that changes nothing leaves the version and `updatedAt` unchanged. An endpoint
   * that is enabled, or whose URL changes, starts without failures.
   * @throws NotFound, PreconditionFailed, ValidationFailed; Conflict for headers while the secret is lost
   */
  update(team: Caller, path: string, patch: unknown, ifMatch?: string): Promise<TaggedEndpoint> {
    return this.sql.transaction(async (tx) => {
      const stored = await lock(tx, team.id, path);
      const { id } = stored;
      requireEndpointMatch(ifMatch, stored.version);
      const secrets = openEndpoint(this.encryption, id, stored);
      const current = { ...settingsOf(stored), headers: secrets?.headers ?? {} };
      const changed = patchEndpoint(team.role, current, patch, this.rules);
      const { headers, ...settings } = changed;
      const names = changedColumns(current, changed);
      if (names.includes('headers') && !secrets)
        throw new Conflict('The secret of the endpoint is lost; rotate it before you set headers');
      if (names.length > 0) {
        await tx.manager.update(WebhookEndpoint, id, {
          ...settings,
          ...(names.includes('headers') && secrets && this.sealed(id, { ...secrets, headers })),
          ...(names.includes('enabled') && {
            disabledReason: null,
            disabledAt: settings.enabled ? null : this.clock.now(),
          }),
          ...this.nextVersion(stored),
        });
        await this.changeLane(tx, id, settings, names);
        tx.afterCommit(this.wakeWorkers);
      }
      return this.get(team.id, id, tx);
    });
  }

  private async changeLane(
    tx: Transaction,
    id: string,
    { enabled }: Pick<EndpointSettings, 'enabled'>,
    changed: readonly string[],
  ): Promise<void> {
    if (!enabled) {
      await tx.rows(stopLane(id));
      return;
    }
    const restarts = changed.includes('enabled') || changed.includes('url');
    if (restarts) await tx.rows(endWaiting(id));
    await tx.rows(restarts ? restartLane(id) : wakeLane(id));
  }

  /**
   * Gives the endpoint a new secret. If the key with which the old one was encrypted is lost, so are the custom headers.
   * @throws NotFound; Conflict with a grace period, if the previous secret still signs
   */
  rotateSecret(
    teamId: string,
    path: string,
    { gracePeriodHours = defaultGraceHours }: RotateWebhookSecret,
  ): Promise<TaggedEndpoint<WebhookEndpointWithSecret>> {
    return this.sql.transaction(async (tx) => {
      const stored = await lock(tx, teamId, path);
      const { id } = stored;
      const now = this.clock.now();
      const { previousSecretUntil: end } = stored;
      if (gracePeriodHours > 0 && end && end > now)
        throw new Conflict(
          `The previous secret still signs until ${end.toISOString()}; set gracePeriodHours to 0 to end that now`,
        );
      const old = openEndpoint(this.encryption, id, stored);
      const keepsOld = old !== null && gracePeriodHours > 0;
      const secrets: EndpointSecrets = {
        secret: newWebhookSecret(),
        ...(keepsOld && { previousSecret: old.secret }),
        headers: old?.headers ?? {},
      };
      await tx.manager.update(WebhookEndpoint, id, {
        ...this.sealed(id, secrets),
        previousSecretUntil: keepsOld ? new Date(now.getTime() + gracePeriodHours * hourMs) : null,
        ...this.nextVersion(stored),
      });
      await tx.rows(wakeLane(id));
      tx.afterCommit(this.wakeWorkers);
      return withSecret(await this.get(teamId, id, tx), secrets);
    });
  }

  /**
   * Deletes an endpoint for its team. DeletedEndpoints deletes the rows, of which there can be many, afterwards.
   * @throws NotFound, PreconditionFailed
   */
  delete(teamId: string, id: string, ifMatch?: string): Promise<void> {
    return this.sql.transaction(async (tx) => {
      const { version } = await lock(tx, teamId, id);
      requireEndpointMatch(ifMatch, version);
      const gone = { enabled: false, sealed: null, keyId: null, deletedAt: this.clock.now() };
      await tx.manager.update(WebhookEndpoint, id, gone);
      await tx.rows(stopLane(id));
      tx.afterCommit(this.wakeWorkers);
    });
  }

  /** Ends the turn with the old settings, and starts one with the new ones. */
  private readonly wakeWorkers = () => {
    this.wakeups.send('endpoints');
    this.wakeups.send('lanes');
  };

  private view(stored: StoredEndpoint): WebhookEndpointView {
    return WebhookEndpointView.from(
      stored,
      openEndpoint(this.encryption, stored.id, stored),
      this.clock.now(),
    );
  }

  private sealed(id: string, secrets: EndpointSecrets): Pick<WebhookEndpoint, 'sealed' | 'keyId'> {
    const { bytes, keyId } = sealEndpoint(this.encryption, id, secrets);
    return { sealed: bytes, keyId };
  }

  private nextVersion({ version }: WebhookEndpoint) {
    return { version: version + 1, updatedAt: this.clock.now() };
  }
}

const notFound = () => new NotFound('Webhook endpoint');

/** Locks the row of an endpoint, so that deliveries can still refer to it. @throws NotFound */
const lock = ({ manager }: Transaction, teamId: string, id: string) =>
  lockOwn(manager, WebhookEndpoint, { teamId, id }, notFound, 'for_no_key_update');

const settingsOf = ({ url, events, enabled, description, maxPerSecond }: WebhookEndpoint) => ({
  url,
  events,
  enabled,
  description,
  maxPerSecond,
});

const withSecret = (
  { endpoint, etag }: TaggedEndpoint,
  { secret }: EndpointSecrets,
): TaggedEndpoint<WebhookEndpointWithSecret> => ({ endpoint: { ...endpoint, secret }, etag });
