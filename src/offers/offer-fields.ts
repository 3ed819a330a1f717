import { IdListField } from '../validation/list-fields.js';
import { CurrencyField, MoneyField } from '../money/money-fields.js';
import { getSchemaPath } from '../lazy-swagger/decorators.js';
import { rule } from '../validation/field.js';
import { isPublicHost } from '../outgoing/public-host.js';
import { EnumField, TextField, TextListField, UrlField } from '../validation/fields.js';
import { FreeObjectField, ObjectField, ObjectListField } from '../validation/object-fields.js';
import { fieldRules, type DtoClass } from '../validation/rules.js';
import { categories, categoryNames, type CategoryName } from './categories/all-categories.js';
import { ServiceAreaFields } from '../areas/service-area-fields.js';
import { visibilities, type Visibility } from './offer-visibility.js';
import { Fees } from './pricing/fees.js';
import {
  Contract,
  Introductory,
  MonthlyFee,
  OneTimeFee,
  TaxesField,
  type Taxes,
} from './pricing/price-fields.js';
import { offerStatuses, type OfferStatus } from './offer-status.js';
import { Stored } from '../sql/stored-field.js';
import { SubmissionConfig } from './submission/submission-config.dto.js';

export const pricingTypes = ['fixed', 'variable', 'tiered', 'custom'] as const;
export const complianceStatuses = ['unknown', 'compliant', 'incomplete', 'non_compliant', 'exempt'] as const;

const anyOfNamed = (types: DtoClass[]) => ({ anyOf: types.map((type) => ({ $ref: getSchemaPath(type) })) });
const serviceTypes = Object.values(categories).map((category) => category.service);
const complianceTypes = Object.values(categories).map((category) => category.compliance);

const prose = (description: string, example: string) => ({
  description,
  example,
  max: 10_000,
  nullable: true,
});
const line = (description: string, example: string) => ({ description, example, max: 255, nullable: true });

const hasPlaces = (area: unknown) => {
  const { zipCodes, states } = area as ServiceAreaFields;
  return Boolean(zipCodes ?? states);
};

/**
 * All fields of an offer that the provider sets, with their rules, documentation and columns. Request bodies,
 * views, the table and the SQL are derived from this declaration.
 */
export class OfferFields {
  @Stored('text', { notNull: true })
  @TextField({ description: 'Customer-facing name.', kind: 'name', min: 1, max: 255, example: 'Fibre 500' })
  name: string;

  @Stored('text')
  @TextField({
    ...line('Internal name, never shown to resellers or customers.', 'fibre-500-2026'),
    kind: 'name',
  })
  internalName: string | null;

  @Stored('text')
  @EnumField(categoryNames, {
    description: 'Service category. Determines the schema of `serviceSpecificData` and `complianceData`.',
    nullable: true,
    example: 'internet',
  })
  category: CategoryName | null;

  @Stored('text', { notNull: true })
  @EnumField(offerStatuses, {
    description: 'Life-cycle status. Resellers see only active offers.',
    default: 'draft',
    example: 'active',
  })
  status: OfferStatus;

  @Stored('text')
  @TextField({
    description:
      'Stock keeping unit. Case-sensitive and unique within the team; stored in NFC and without surrounding spaces.',
    kind: 'identifier',
    min: 1,
    max: 100,
    nullable: true,
    example: 'FB-500',
  })
  sku: string | null;

  @Stored('text')
  @TextField({ ...line("ID of the offer in the provider's own system.", 'crm-8812'), kind: 'identifier' })
  externalId: string | null;

  @Stored('jsonb', { notNull: true })
  @FreeObjectField({
    description: 'Any JSON object, at most 16 KiB.',
    default: {},
    example: { region: 'north' },
    nullable: true,
  })
  metadata: object | null;

  @Stored('text')
  @TextField(prose('Customer-facing description.', 'Symmetric fibre for the whole home.'))
  description: string | null;

  @Stored('text')
  @TextField(prose('Internal notes, never shown to resellers.', 'Margin reviewed in January.'))
  internalDescription: string | null;

  @Stored('text')
  @TextField(line('Marketing headline.', 'Half a gigabit, all day'))
  marketingHeadline: string | null;

  @Stored('text')
  @TextField(prose('Marketing text.', 'Stream, play and work at once.'))
  marketingDescription: string | null;

  @Stored('text[]', { notNull: true })
  @TextListField({
    description: 'Feature bullets, in display order.',
    maxItems: 50,
    maxLength: 255,
    nullable: true,
    default: [],
    example: ['500 Mbps', 'No contract'],
  })
  keyFeatures: string[] | null;

  @Stored('text')
  @UrlField({
    description: 'URL of an image of the offer.',
    nullable: true,
    example: 'https://isp.example/fibre.png',
  })
  imageUrl: string | null;

  @Stored('text')
  @TextField(prose('Summary of what is included.', 'Router, installation, support.'))
  overview: string | null;

  @Stored('text')
  @rule({ code: 'host' }, 'must not point to a private or local host', (value) =>
    isPublicHost(new URL(String(value))),
  )
  @UrlField({
    description: 'URL to which orders are submitted. Private and local hosts are rejected.',
    nullable: true,
    example: 'https://isp.example/orders',
  })
  submissionUrl: string | null;

  @Stored('jsonb')
  @ObjectField(() => SubmissionConfig, {
    description: 'Form to fill in for an order, at most 16 KiB as JSON.',
    nullable: true,
    allowUnknown: true,
  })
  submissionConfig: SubmissionConfig | null;

  @Stored('jsonb')
  @FreeObjectField(
    {
      description: 'Technical data. The schema depends on the category. A patch replaces all of it.',
      nullable: true,
      example: categories.internet.example.service,
    },
    anyOfNamed(serviceTypes),
  )
  serviceSpecificData: object | null;

  @Stored('text')
  @EnumField(pricingTypes, { description: 'How the price is determined.', nullable: true, example: 'fixed' })
  pricingType: (typeof pricingTypes)[number] | null;

  @Stored('bpchar', { notNull: true })
  @CurrencyField({
    description:
      "ISO 4217 code of the currency of all amounts in the offer. The default is the team's currency. A patch that changes it must contain every amount of the offer again, those in category data included, because amounts are not converted.",
    example: 'USD',
  })
  currency: string;

  @Stored('bigint', { name: 'monthlyPriceMinor' })
  @MoneyField({
    description: "Regular monthly price in the offer's currency; null means on request.",
    nullable: true,
    example: 59.99,
  })
  monthlyPrice: number | null;

  @Stored('jsonb')
  @ObjectField(() => Introductory, {
    description:
      'Monthly price in the first months, after which `monthlyPrice` applies. A patch changes only the members that it contains.',
    nullable: true,
  })
  introductory: Introductory | null;

  @Stored('jsonb')
  @ObjectListField(() => MonthlyFee, {
    description: 'Fees that are charged every month in addition to the monthly price.',
    nullable: true,
    maxItems: 50,
  })
  monthlyFees: MonthlyFee[] | null;

  @Stored('jsonb')
  @ObjectListField(() => OneTimeFee, {
    description: 'Fees that are charged once, in addition to those in `fees`.',
    nullable: true,
    maxItems: 50,
  })
  oneTimeFees: OneTimeFee[] | null;

  @Stored('jsonb')
  @ObjectField(() => Contract, {
    description:
      'Terms of the contract; null if unknown. A patch changes only the members that it contains; null clears a member.',
    nullable: true,
  })
  contract: Contract | null;

  @Stored('jsonb')
  @TaxesField({
    description:
      'Government taxes: `included` in the prices, `varies` by place, `notApplicable`, or an amount per month. Taxes are not part of `pricing`.',
    nullable: true,
    example: 'varies',
  })
  taxes: Taxes | null;

  @Stored('jsonb')
  @ObjectField(() => Fees, {
    description:
      'One-time fees. A patch merges the fees that it contains into the stored ones; null clears a fee.',
    nullable: true,
  })
  fees: Fees | null;

  @Stored('jsonb')
  @FreeObjectField(
    {
      description:
        'Data required by regulations. The schema depends on the category. A patch replaces all of it.',
      nullable: true,
      example: categories.internet.example.compliance,
    },
    anyOfNamed(complianceTypes),
  )
  complianceData: object | null;

  @Stored('text', { notNull: true })
  @EnumField(complianceStatuses, {
    description: 'Compliance status, as declared by the provider.',
    default: 'unknown',
    example: 'compliant',
  })
  complianceStatus: (typeof complianceStatuses)[number];

  @Stored('text')
  @TextField(prose('Internal compliance notes, never shown to resellers.', 'Label filed on 2 January.'))
  complianceNotes: string | null;

  @Stored('text', { notNull: true, default: 'public' })
  @EnumField(visibilities, {
    description:
      'Which resellers can see the offer while it is active: all verified resellers (`public`), preferred partners (`preferred`), or those in `allowedResellers` (`selected`).',
    default: 'public',
    example: 'public',
  })
  visibility: Visibility;

  @Stored('uuid[]', { notNull: true, default: '{}' })
  @IdListField(
    {
      description:
        'IDs of the resellers that can see the offer if `visibility` is `selected`, at most 1,000. With any other visibility, they are stored but ignored.',
      nullable: true,
      default: [],
      example: [],
    },
    { max: 1000 },
  )
  allowedResellers: string[] | null;

  @rule({ code: 'required' }, 'must contain zipCodes or states', hasPlaces)
  @ObjectField(() => ServiceAreaFields, {
    description:
      'Where the offer is available: the listed ZIP codes and states. Null means everywhere; empty arrays mean nowhere.',
    nullable: true,
    maxBytes: 1_048_576,
  })
  serviceArea: ServiceAreaFields | null;
}

export const offerFieldNames = [...fieldRules(OfferFields).keys()] as (keyof OfferFields)[];
