import { csvRow, encodeCell } from '../../bulk/csv/csv-cell.js';
import type { ReportFinding, ReportView } from './report.dto.js';

/** The columns of the file. Each row fills those that its `section` has. */
const columns = [
  'section',
  'on',
  'category',
  'status',
  'code',
  'ruleSet',
  'severity',
  'result',
  'offers',
  'offerIds',
  'message',
  'pointer',
  'citation',
  'proposedForRepeal',
  'license',
  'state',
] as const;

type Row = Partial<Record<(typeof columns)[number], string | number | boolean | null>> & { section: string };

/**
 * Returns the report as a CSV file with one header. The sections are `total`, `finding`, and what is coming: `upcoming` for
 * findings, `license` for licenses that expire, `ruleSetBegins` and `ruleSetEnds`.
 */
export function reportCsv(report: ReportView): string {
  const { upcoming } = report;
  const rows: Row[] = [
    ...report.totals.map((total) => ({ section: 'total', on: report.on, ...total })),
    ...report.findings.map((finding) => ({ section: 'finding', on: report.on, ...cellsOf(finding) })),
    ...upcoming.findings.map((finding) => ({ section: 'upcoming', on: finding.on, ...cellsOf(finding) })),
    ...upcoming.licenses.map(({ kind, state, number, expiresOn }) => ({
      section: 'license',
      on: expiresOn,
      license: `${kind} ${number}`,
      state,
    })),
    ...upcoming.ruleSets.flatMap(({ ruleSet, title, effectiveFrom, effectiveTo }) => [
      ...(effectiveFrom > report.on
        ? [{ section: 'ruleSetBegins', on: effectiveFrom, ruleSet, message: title }]
        : []),
      ...(effectiveTo !== null && effectiveTo <= upcoming.until
        ? [{ section: 'ruleSetEnds', on: effectiveTo, ruleSet, message: title }]
        : []),
    ]),
  ];
  return [columns, ...rows.map((row) => columns.map((name) => cellOf(row[name])))].map(csvRow).join('');
}

const cellsOf = ({ offerIds, ...finding }: ReportFinding) => ({ ...finding, offerIds: offerIds.join(' ') });

const cellOf = (value: Row[keyof Row]) => encodeCell(value ?? undefined, 'any') ?? '';
