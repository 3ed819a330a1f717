import { Controller, Get } from '@nestjs/common';
import { Endpoint } from '../../http/endpoint.js';
import { ApiTags } from '../../lazy-swagger/decorators.js';
import { fileFormats } from './formats/all-formats.js';
import type { FileFormat } from './formats/file-format.js';
import { ImportFormatView, type ImportParameterView } from './formats.dto.js';

@ApiTags('Provider offers')
@Controller('provider/imports')
export class ImportFormatsController {
  @Get('formats')
  @Endpoint({
    access: 'provider',
    summary: 'List import formats',
    description:
      'Describes the formats of CSV files that `POST /provider/offers/bulk?format=` reads as they are published: their columns, and what identifies a row. Columns that a format does not define are kept as additional keys of the category data.',
    response: { type: [ImportFormatView], description: 'The formats.' },
  })
  listImportFormats(): ImportFormatView[] {
    return fileFormats.map(viewOf);
  }
}

const status: ImportParameterView = {
  name: 'status',
  meaning:
    '`active`: all offers become active; `draft`: new offers are drafts, and existing ones keep their status. Without it, new offers and drafts become active, and inactive and archived ones stay so.',
};
const language: ImportParameterView = {
  name: 'language',
  meaning:
    '`English` or `Spanish`: reads only the rows in this language, and skips those in the other one. Without it, every row is read.',
};

const viewOf = ({
  name,
  title,
  source,
  identifiedBy,
  hasLanguages,
  columns,
}: FileFormat): ImportFormatView => ({
  name,
  title,
  source,
  identifiedBy,
  parameters: [status, ...(hasLanguages ? [language] : [])],
  columns: columns.map(
    ({ name: column, otherNames = [], meaning, required = false, example, fields = [] }) => ({
      name: column,
      otherNames: [...otherNames],
      meaning,
      required,
      example,
      fields: [...fields],
    }),
  ),
});
