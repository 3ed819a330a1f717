import { IdListField } from '../validation/list-fields.js';
import { MoneyField } from '../money/money-fields.js';
import { getSchemaPath } from '../lazy-swagger/decorators.js';
import { rule } from '../validation/field.js';
import { EnumField, TextField, TextListField, UrlField } from '../validation/fields.js';
import { FreeObjectField, ObjectField } from '../validation/object-fields.js';
import type { DtoClass } from '../validation/rules.js';
import { categories, categoryNames, type CategoryName } from './categories/all-categories.js';
import { ServiceAreaFields } from '../areas/service-area-fields.js';
import { visibilities, type Visibility } from './offer-visibility.js';
import { Fees } from './pricing/fees.js';
import { offerStatuses, type OfferStatus } from './offer-status.js';
import { isPublicHost } from './submission/public-host.js';
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

const namesPlaces = (area: unknown) => {
  const { zipCodes, states } = area as ServiceAreaFields;
  return Boolean(zipCodes ?? states);
};

/**
 * Every field of an offer that its provider sets, with its rules, documentation and column. Bodies, views, the table
 * and the SQL derive from this declaration.
 */
export class OfferFields {
  @Stored('text', { notNull: true })
  @TextField({ description: 'Customer-facing name.', min: 1, max: 255, example: 'Fibre 500' })
  name: string;

  @Stored('text')
  @TextField(line('Tracking name, never shown to customers or resellers.', 'fibre-500-2026'))
  internalName: string | null;

  @Stored('text')
  @EnumField(categoryNames, {
    description: 'Kind of service; decides the shape of both data objects.',
    nullable: true,
    example: 'internet',
  })
  category: CategoryName | null;

  @Stored('text', { notNull: true })
  @EnumField(offerStatuses, {
    description: 'Life cycle; resellers see active offers only.',
    default: 'draft',
    example: 'active',
  })
  status: OfferStatus;

  @Stored('text')
  @TextField({
    description: 'Stock keeping unit, unique within the team, case-sensitive.',
    min: 1,
    max: 100,
    nullable: true,
    example: 'FB-500',
  })
  sku: string | null;

  @Stored('text')
  @TextField(line("Id in the provider's own system.", 'crm-8812'))
  externalId: string | null;

  @Stored('jsonb', { notNull: true })
  @FreeObjectField({
    description: 'Free JSON object, at most 16 KiB.',
    default: {},
    example: { region: 'north' },
    nullable: true,
  })
  metadata: object | null;

  @Stored('text')
  @TextField(prose('Description for customers.', 'Symmetric fibre for the whole home.'))
  description: string | null;

  @Stored('text')
  @TextField(prose('Internal notes.', 'Margin reviewed in January.'))
  internalDescription: string | null;

  @Stored('text')
  @TextField(line('Headline for marketing.', 'Half a gigabit, all day'))
  marketingHeadline: string | null;

  @Stored('text')
  @TextField(prose('Text for marketing.', 'Stream, play and work at once.'))
  marketingDescription: string | null;

  @Stored('text[]', { notNull: true })
  @TextListField({
    description: 'Bullets, order kept.',
    maxItems: 50,
    maxLength: 255,
    nullable: true,
    default: [],
    example: ['500 Mbps', 'No contract'],
  })
  keyFeatures: string[] | null;

  @Stored('text')
  @UrlField({
    description: 'Picture of the offer.',
    nullable: true,
    example: 'https://isp.example/fibre.png',
  })
  imageUrl: string | null;

  @Stored('text')
  @TextField(prose('What is included.', 'Router, installation, support.'))
  overview: string | null;

  @Stored('text')
  @rule({ code: 'host' }, 'must not point to a private or local host', (value) => isPublicHost(String(value)))
  @UrlField({
    description: 'Where orders are submitted; no private hosts.',
    nullable: true,
    example: 'https://isp.example/orders',
  })
  submissionUrl: string | null;

  @Stored('jsonb')
  @ObjectField(() => SubmissionConfig, {
    description: 'The form that an order fills in, at most 16 KiB.',
    nullable: true,
    open: true,
  })
  submissionConfig: SubmissionConfig | null;

  @Stored('jsonb')
  @FreeObjectField(
    {
      description: 'Technical data; its shape follows the category.',
      nullable: true,
      example: categories.internet.example.service,
    },
    anyOfNamed(serviceTypes),
  )
  serviceSpecificData: object | null;

  @Stored('text')
  @EnumField(pricingTypes, { description: 'How the price comes about.', nullable: true, example: 'fixed' })
  pricingType: (typeof pricingTypes)[number] | null;

  @Stored('bigint', { name: 'monthlyPriceMinor' })
  @MoneyField({
    description: "Recurring monthly price in the offer's currency; null is on quotation.",
    nullable: true,
    example: 59.99,
  })
  monthlyPrice: number | null;

  @Stored('jsonb')
  @ObjectField(() => Fees, { description: 'One-time fees.', nullable: true })
  fees: Fees | null;

  @Stored('jsonb')
  @FreeObjectField(
    {
      description: 'Data that the law asks for; its shape follows the category.',
      nullable: true,
      example: categories.internet.example.compliance,
    },
    anyOfNamed(complianceTypes),
  )
  complianceData: object | null;

  @Stored('text', { notNull: true })
  @EnumField(complianceStatuses, {
    description: "The provider's own statement.",
    default: 'unknown',
    example: 'compliant',
  })
  complianceStatus: (typeof complianceStatuses)[number];

  @Stored('text')
  @TextField(prose('Internal notes on compliance.', 'Label filed on 2 January.'))
  complianceNotes: string | null;

  @Stored('text', { notNull: true, default: 'public' })
  @EnumField(visibilities, {
    description:
      'Which resellers see it while active: every verified one, preferred partners, or selected ones.',
    default: 'public',
    example: 'public',
  })
  visibility: Visibility;

  @Stored('uuid[]', { notNull: true, default: '{}' })
  @IdListField(
    {
      description:
        'Resellers who see it when visibility is `selected`, at most 1,000; kept but ignored otherwise.',
      nullable: true,
      default: [],
      example: [],
    },
    { max: 1000 },
  )
  allowedResellers: string[] | null;

  @rule({ code: 'required' }, 'needs zipCodes or states', namesPlaces)
  @ObjectField(() => ServiceAreaFields, {
    description:
      'Where it is available: a listed ZIP code or state. Null is everywhere, empty lists are nowhere.',
    nullable: true,
    maxBytes: 1_048_576,
  })
  serviceArea: ServiceAreaFields | null;
}

export type OfferField = keyof OfferFields;
