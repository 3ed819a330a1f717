import type { ApiPropertyOptions } from '@nestjs/swagger';
import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { exampleIdIn } from '../../lazy-swagger/example-ids.js';
import { MoneyField, TotalField } from '../../money/money-fields.js';
import { field } from '../../validation/field.js';
import { BooleanField, NumberField, TextField, TextListField } from '../../validation/fields.js';
import { IdListField } from '../../validation/list-fields.js';
import { PickType } from '../../validation/mapped-types.js';
import { FreeObjectField, ObjectField, ObjectListField } from '../../validation/object-fields.js';
import { comparedOfferNames } from '../listing/catalog-json.js';
import { CatalogOfferView } from '../listing/catalog-offer.dto.js';
import type { ComparedOffer, Comparison } from './compare.js';
import { comparisonLimits, type ComparedField } from './compared-fields.js';

export class CompareQuery {
  @IdListField(
    {
      description: 'IDs of 1 to 10 offers, separated by commas.',
      example: [exampleIdIn('/reseller/catalog')],
    },
    { min: 1, max: 10 },
  )
  ids: string[];
}

const amount = (description: string, example: number) => ({ description, example, nullable: true });

@ApiSchema({ name: 'ComparedOffer' })
export class ComparedOfferView
  extends PickType(CatalogOfferView, comparedOfferNames)
  implements ComparedOffer
{
  @MoneyField(amount('Refundable deposit, not included in the costs.', 100))
  depositRequired: number | null;

  @MoneyField(amount('Fee for ending the contract early.', 150))
  earlyTerminationFee: number | null;

  @TotalField(amount('As in `pricing`.', 841.8))
  costOver12Months: number | null;

  @TotalField(amount('As in `pricing`.', 1728.6))
  costOver24Months: number | null;

  @FreeObjectField({
    description:
      'Main attributes of the categories, in the units given in their names, such as `minDownloadMbps`, `maxDownloadMbps`, `typicalUploadMbps`, `typicalLatencyMs`, `dataCapGb` (a number, or "unlimited" if the provider says so) and `channelCount`. Null if an offer does not have the attribute or its value is unknown. `fields` of the comparison contains all of the data.',
    example: { connectionType: 'fiber', maxDownloadMbps: 500, dataCapGb: 'unlimited' },
  })
  attributes: ComparedOffer['attributes'];
}

const scalar = { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }, { type: 'null' }] };
const value = {
  anyOf: [...scalar.anyOf, { type: 'array', items: scalar }, { type: 'object', maxProperties: 0 }],
};
const { fields: maxFields, extra: maxExtra, nameLength, valueLength } = comparisonLimits;

@ApiSchema({ name: 'ComparedField' })
export class ComparedFieldView implements ComparedField {
  @TextField({
    description: `Path from the offer. A path of more than ${nameLength} characters is shortened and ends with "…".`,
    max: nameLength + 1,
    example: 'complianceData.broadbandLabel.typicalDownload',
  })
  name: string;

  @TextField({
    description:
      'Unit of the numbers, such as `Mbps`, `GB`, `months` or `cents per kWh`; for amounts, the ISO 4217 code of the currency. Null if there is no unit, or if amounts are in different currencies: then each is in the `currency` of its offer. The unit of a key without a schema is the end of its name.',
    max: 50,
    nullable: true,
    example: 'Mbps',
  })
  unit: string | null;

  @field({ type: 'array', items: value } as ApiPropertyOptions, {
    description: `Values in the order of the offers; null if an offer does not have the field or its value is null. An unlimited data cap is "unlimited". Values are texts, numbers, booleans, lists of these, and empty objects. A text of more than ${valueLength} characters is shortened and ends with "…"; of a longer list, only the first entries are shown.`,
    example: [480, null],
  })
  values: ComparedField['values'];

  @BooleanField({
    description:
      'Whether the name or a value is shortened. Then values can differ in what is not shown; `GET /reseller/catalog/{offerId}` returns all of it.',
    example: false,
  })
  cut: boolean;
}

@ApiSchema({ name: 'OmittedFields' })
export class OmittedFieldsView {
  @NumberField({ description: 'Number of `fields` that are left out.', integer: true, min: 0, example: 0 })
  fields: number;

  @NumberField({
    description: 'Number of `extra` keys that differ and are left out.',
    integer: true,
    min: 0,
    example: 0,
  })
  extra: number;
}

@ApiSchema({ name: 'Comparison' })
export class ComparisonView implements Comparison {
  @ObjectListField(() => ComparedOfferView, {
    description: 'The offers, in the order of the request.',
    maxItems: 10,
  })
  offers: ComparedOfferView[];

  @TextListField({
    description:
      'Names of the members of `offers`, and of the `fields`, whose values differ. All keys in `extra` differ as well.',
    maxItems: maxFields + 100,
    maxLength: nameLength + 1,
    example: ['monthlyPrice', 'attributes.maxDownloadMbps', 'serviceSpecificData.maxBandwidth'],
  })
  differing: string[];

  @ObjectListField(() => ComparedFieldView, {
    description: `The taxes, fees, introductory price and contract, and all fields of \`serviceSpecificData\` and \`complianceData\` that the schemas of the categories define, if at least one of the offers has a value. Objects and lists of objects appear as paths to their members, such as \`contract.months\` and \`monthlyFees[0].amount\`. If there are more than ${maxFields}, the first ${maxFields} that differ.`,
    maxItems: maxFields,
  })
  fields: ComparedFieldView[];

  @ObjectListField(() => ComparedFieldView, {
    description: `Keys of the category data that its schema does not define and in which the offers differ, at most ${maxExtra}, at any depth: \`complianceData.broadbandLabel.note\`.`,
    maxItems: maxExtra,
  })
  extra: ComparedFieldView[];

  @ObjectField(() => OmittedFieldsView, {
    description: 'What is left out because there are too many fields or keys.',
  })
  omitted: OmittedFieldsView;
}
