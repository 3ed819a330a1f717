import { Injectable } from '@nestjs/common';
import { Sql } from '../../sql/sql.js';
import type { FileFormat } from '../files/formats/file-format.js';
import { formatExport, type FormatExportOptions } from '../files/write-format.js';
import type { ListOffers } from '../offers.dto.js';
import { oldestOwnOffers, oldestOwnOffersWithoutArea, type OfferConditions } from '../offers.query.js';
import { csvExport, exportOffers, jsonLinesExport } from './offer-export.js';

type ExportFilters = Pick<ListOffers, 'status' | 'category'>;

/** What a file in a format contains, and how. */
export interface FormatSelection extends FormatExportOptions, Pick<ExportFilters, 'status'> {
  conditions?: OfferConditions;
}

/** Writes a provider's offers to files, oldest first, in chunks. */
@Injectable()
export class OfferExports {
  constructor(private readonly sql: Sql) {}

  /** Returns all of the team's offers as JSON Lines, or as CSV with columns named by field path. */
  all(teamId: string, filters: ExportFilters, as: 'jsonLines' | 'csv' = 'jsonLines'): AsyncGenerator<Buffer> {
    return exportOffers(
      ({ maxBytes, ...range }) =>
        this.sql.wirePage(oldestOwnOffers(teamId, filters, range), { maxRows: range.limit, maxBytes }),
      as === 'csv' ? csvExport : jsonLinesExport,
    );
  }

  /** Returns the team's offers in the category of a format: those on sale, unless another status is given. */
  inFormat(
    teamId: string,
    format: FileFormat,
    { status = 'active', conditions, ...options }: FormatSelection = {},
  ): AsyncGenerator<Buffer> {
    const filters = { status, category: format.category };
    return exportOffers(
      ({ maxBytes, ...range }) =>
        this.sql.wirePage(oldestOwnOffersWithoutArea(teamId, filters, range, conditions), {
          maxRows: range.limit,
          maxBytes,
        }),
      formatExport(format, options),
    );
  }
}
