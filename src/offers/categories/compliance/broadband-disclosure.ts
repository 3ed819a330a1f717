import { BooleanField, EnumField, TextField, UrlField } from '../../../validation/fields.js';
import { choiceOf } from '../../../validation/hints/converters.js';
import { Hints } from '../../../validation/hints/hints.js';
import { ObjectField } from '../../../validation/object-fields.js';
import { BroadbandLabel } from '../broadband-label.js';
import { ValidForField, type ValidFor } from './validity.js';

const connections = ['Fixed', 'Mobile', 'Satellite'];

/** FCC broadband consumer label, 47 CFR 8.1. */
@Hints({
  broadbandLabel: { otherNames: ['label', 'fccLabel', 'nutritionLabel'] },
  networkManagementUrl: { otherNames: ['networkManagementPolicyUrl', 'networkManagementPolicy'] },
  connection: {
    otherNames: ['fixedOrMobile'],
    convert: choiceOf(connections),
  },
  fccRegistrationNumber: { otherNames: ['frn', 'fccFrn', 'registrationNumber'] },
  discountsUrl: { otherNames: ['bundleDiscountsUrl', 'discountsAndBundlesUrl'] },
  dataAllowancePolicyUrl: { otherNames: ['dataUsagePolicyUrl'] },
  privacyPolicyUrl: { otherNames: ['privacyUrl', 'privacyPolicy'] },
  supportUrl: { otherNames: ['customerSupportUrl', 'customerSupportWeb'] },
  supportPhone: { otherNames: ['customerSupportPhone'] },
  acp: { otherNames: ['acpParticipation', 'affordableConnectivityProgram'] },
})
export class InternetComplianceData {
  @ObjectField(() => BroadbandLabel, {
    description: 'FCC broadband consumer label (47 CFR 8.1).',
    optional: true,
  })
  broadbandLabel?: BroadbandLabel;

  @UrlField({
    description: 'URL of the network management policy.',
    optional: true,
    example: 'https://isp.example/network',
  })
  networkManagementUrl?: string;

  @BooleanField({
    description:
      'Whether the service is sold to the mass market: consumers, small businesses, schools and libraries. A service for enterprises needs no label. The default is true.',
    optional: true,
    example: true,
  })
  massMarket?: boolean;

  @EnumField(connections, {
    description: 'Whether the service is fixed or mobile, as the label states it.',
    optional: true,
    example: 'Fixed',
  })
  connection?: string;

  @TextField({
    description: 'Name of the provider on the label; the name of the team if omitted.',
    max: 255,
    optional: true,
    example: 'Acme Data Inc.',
  })
  providerName?: string;

  @TextField({ description: 'Name of the tier on the label.', max: 255, optional: true, example: 'Gold' })
  tierPlanName?: string;

  @TextField({
    description: 'FCC registration number: 10 digits, including leading zeros.',
    max: 20,
    optional: true,
    example: '0005937974',
  })
  fccRegistrationNumber?: string;

  @UrlField({
    description: 'URL of the discounts and bundles.',
    optional: true,
    example: 'https://isp.example/discounts',
  })
  discountsUrl?: string;

  @UrlField({
    description: 'URL of the policy on data usage, for plans with a data cap.',
    optional: true,
    example: 'https://isp.example/data',
  })
  dataAllowancePolicyUrl?: string;

  @UrlField({
    description: 'URL of the privacy policy.',
    optional: true,
    example: 'https://isp.example/privacy',
  })
  privacyPolicyUrl?: string;

  @UrlField({
    description: 'URL of the customer support.',
    optional: true,
    example: 'https://isp.example/help',
  })
  supportUrl?: string;

  @TextField({
    description: 'Phone number of the customer support, 10 to 15 digits.',
    max: 255,
    optional: true,
    example: '1 (800) 555 0100',
  })
  supportPhone?: string;

  @BooleanField({
    description:
      'Whether the label says that the provider takes part in the Affordable Connectivity Program, which has ended.',
    optional: true,
    example: false,
  })
  acp?: boolean;

  @BooleanField({
    description: 'Whether customers see the label of their plan in their account portal.',
    optional: true,
    example: true,
  })
  labelInAccountPortal?: boolean;

  @BooleanField({
    description: 'Whether the label is read out, or its address given, in sales by phone.',
    optional: true,
    example: true,
  })
  labelReadOutByPhone?: boolean;

  @ValidForField()
  validFor?: ValidFor;
}
