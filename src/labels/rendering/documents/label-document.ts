import type { LabelValues } from '../../values/label-values.js';
import type { LabelDocument } from '../label-block.js';
import { allInPriceDocument } from './all-in-price-document.js';
import { broadbandDocument } from './broadband-document.js';
import { electricityDocument } from './electricity-document.js';
import { licenseDocument } from './license-document.js';

/** Lays out a label. @param issuedOn the day on which it was first issued, `YYYY-MM-DD`; null for a preview */
export function labelDocument(values: LabelValues, issuedOn: string | null): LabelDocument {
  switch (values.kind) {
    case 'broadbandFacts':
      return broadbandDocument(values);
    case 'electricityFacts':
      return electricityDocument(values, issuedOn);
    case 'allInPrice':
      return allInPriceDocument(values);
    case 'licenseCard':
      return licenseDocument(values);
  }
}
