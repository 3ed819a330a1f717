import { Inject, Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Clock } from '../../common/clock.js';
import { NotFound } from '../../common/errors.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { contentETag } from '../../http/etag.js';
import { OfferExports } from '../../offers/bulk/offer-exports.service.js';
import { bblabel } from '../../offers/files/formats/bblabel.js';
import type { Cells } from '../../offers/files/formats/cells.js';
import { fccBroadbandLabel } from '../../offers/files/formats/fcc-broadband-label.js';
import type { FileFormat } from '../../offers/files/formats/file-format.js';
import { CursorCodec, cursorScope } from '../../paging/cursor.js';
import { defaultLimit, takePage, type Page, type PageQuery } from '../../paging/page.js';
import { Sql } from '../../sql/sql.js';
import { completeBblabel, completeFccLabel, type LabelOrigin } from './complete-label.js';
import type { LabelFileQuery, LabelFileView } from './label-files.dto.js';
import { FileCache } from './file-cache.js';
import { inLabelFile, labelFileState, publicLabelFiles, storeLabelFileState } from './label-files.query.js';

/** Part of the hash of a file; another one whenever files are written in another way. */
const writerVersion = 2;

interface FormatOfFile {
  format: FileFormat;
  complete(cells: Cells, origin: LabelOrigin): Cells | undefined;
  mediaType: string;
}

const formats: Record<NonNullable<LabelFileQuery['format']>, FormatOfFile> = {
  'fcc-broadband-label': {
    format: fccBroadbandLabel,
    complete: completeFccLabel,
    mediaType: 'text/csv;header=present;charset=utf-8',
  },
  'bblabel-1': {
    format: bblabel,
    complete: completeBblabel,
    mediaType: 'text/csv;header=present;charset=utf-8;schema-version=bblabel-1',
  },
};

/** A file of labels, which has not been read yet. */
export interface LabelFile {
  mediaType: string;
  /** `YYYY-MM-DD-<FRN>-USA.csv`, with the day of the last change. */
  name: string;
  etag: string;
  lastModified: Date;
  content(): AsyncGenerator<Buffer>;
}

/** The files in which providers publish their broadband labels (FCC 22-86, machine-readable labels). */
@Injectable()
export class LabelFiles {
  private readonly cache = new FileCache();

  constructor(
    private readonly sql: Sql,
    private readonly exports: OfferExports,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Returns the file of a provider.
   * @param callerId the calling team, if any; the provider itself can read a file that is not public
   * @throws NotFound also for a file that is not public
   */
  async find(
    teamId: string,
    { format: formatName = 'fcc-broadband-label', frn }: LabelFileQuery,
    callerId: string | undefined,
  ): Promise<LabelFile> {
    const id = teamId.toLowerCase();
    const [row] = isUuid(id) ? await this.sql.rows(labelFileState(id, id === callerId)) : [];
    if (!row) throw new NotFound('Label file');
    const [provider, license, fingerprint, storedHash, storedSince, storedFrn] = row;
    const hash = contentETag([writerVersion, provider, fingerprint]).slice(1, -1);
    const [since, mostFrn] =
      storedHash === hash
        ? [storedSince, storedFrn]
        : ((await this.sql.rows(storeLabelFileState(id, hash, this.clock.now())))[0] ?? []);
    const lastModified = new Date(since ?? 0);
    const { format, complete, mediaType } = formats[formatName];
    const day = lastModified.toISOString().slice(0, 10);
    const etag = contentETag([hash, formatName, frn]);
    const nameFrn = frn ?? license ?? mostFrn;
    return {
      mediaType,
      name: [day, ...(nameFrn ? [nameFrn] : []), 'USA'].join('-') + '.csv',
      etag,
      lastModified,
      content: () =>
        this.cache.content(`${id} ${etag}`, () =>
          this.exports.inFormat(id, format, {
            conditions: inLabelFile(frn),
            complete: (cells, { updatedAt }) =>
              complete(cells, { provider: provider ?? '', changedOn: updatedAt.slice(0, 10) }),
          }),
        ),
    };
  }

  /** Returns a page of the public files, ordered by the IDs of their providers. @throws DomainError INVALID_CURSOR */
  async listPublic({ cursor, limit = defaultLimit }: PageQuery): Promise<Page<LabelFileView>> {
    const scope = cursorScope('public label files', {});
    const after = cursor === undefined ? undefined : this.cursors.decode(scope, cursor)[0];
    const rows = await this.sql.rows(publicLabelFiles(after ?? undefined, limit + 1));
    const { items, last } = takePage(rows, limit);
    return {
      items: items.map(([id, name]) => this.viewOf(id ?? '', name ?? '')),
      next: last && this.cursors.encode(scope, [last[0] ?? '']),
    };
  }

  private viewOf(providerId: string, providerName: string): LabelFileView {
    const base = this.config.publicUrl?.replace(/\/$/, '') ?? '';
    const url = `${base}/providers/${providerId}/broadband-labels.csv`;
    return { providerId, providerName, url, bblabelUrl: `${url}?format=bblabel-1` };
  }
}
