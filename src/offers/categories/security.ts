import { BooleanField, EnumField, NumberField, TextField, UrlField } from '../../validation/fields.js';
import { dollars, joined, choiceOf } from '../../validation/hints/converters.js';
import { Hints } from '../../validation/hints/hints.js';
import type { Category } from './category.js';

export const monitoringTypes = ['professional_monitoring', 'self_monitoring', 'hybrid'];
export const installationTypes = ['professional', 'diy'];

/** Names of the public Offergrid guides. */
@Hints({
  monitoringType: {
    otherNames: ['monitoring', 'monitoringService'],
    convert: choiceOf(monitoringTypes, {
      professional: 'professional_monitoring',
      professionally: 'professional_monitoring',
      self: 'self_monitoring',
      diy: 'self_monitoring',
    }),
  },
  installationType: {
    otherNames: ['installation', 'installationMethod', 'install'],
    convert: choiceOf(installationTypes, {
      professionally: 'professional',
      technician: 'professional',
      self: 'diy',
      'do it yourself': 'diy',
    }),
  },
  equipmentIncluded: {
    otherNames: ['equipment', 'includedEquipment', 'equipmentList', 'devices'],
    convert: joined,
  },
})
export class SecurityServiceData {
  @EnumField(monitoringTypes, { description: 'Who monitors the alarm.', example: 'professional_monitoring' })
  monitoringType: string;

  @EnumField(installationTypes, { description: 'Who installs the equipment.', example: 'professional' })
  installationType: string;

  @TextField({
    description: 'Included equipment, as free text.',
    min: 1,
    max: 2000,
    example: 'Hub, 4 sensors, 1 camera',
  })
  equipmentIncluded: string;

  @BooleanField({
    description: 'Whether the customer owns the equipment at the end of the contract.',
    optional: true,
    example: true,
  })
  equipmentOwned?: boolean;

  @BooleanField({ description: 'Whether video is recorded.', optional: true, example: true })
  videoRecording?: boolean;

  @BooleanField({
    description: 'Whether the alarm is reported over a mobile network if the internet fails.',
    optional: true,
    example: true,
  })
  cellularBackup?: boolean;
}

/** State licensing of alarm companies. */
@Hints({
  licensesText: { otherNames: ['licenses', 'license', 'licenseNumber', 'licenseNumbers'], convert: joined },
  bondAmount: { otherNames: ['bond', 'suretyBond'], convert: dollars },
  insuranceCertUrl: { otherNames: ['insuranceCertificateUrl', 'certificateOfInsuranceUrl', 'coiUrl'] },
  qualifyingAgentName: { otherNames: ['qualifyingAgent', 'agentName'] },
})
export class SecurityComplianceData {
  @TextField({
    description: 'State licenses, as free text.',
    max: 10_000,
    optional: true,
    example: 'TX B12345, CA ACO7000',
  })
  licensesText?: string;

  @NumberField({ description: 'Surety bond in dollars.', min: 0, optional: true, example: 25_000 })
  bondAmount?: number;

  @UrlField({
    description: 'URL of the certificate of insurance.',
    optional: true,
    example: 'https://alarm.example/coi.pdf',
  })
  insuranceCertUrl?: string;

  @TextField({
    description: 'Name of the qualifying agent.',
    max: 255,
    optional: true,
    example: 'The licensed agent',
  })
  qualifyingAgentName?: string;
}

export const security: Category = {
  service: SecurityServiceData,
  compliance: SecurityComplianceData,
  example: {
    service: {
      monitoringType: 'professional_monitoring',
      installationType: 'professional',
      equipmentIncluded: 'Hub, 4 sensors, 1 camera',
    },
    compliance: { licensesText: 'TX B12345', bondAmount: 25_000 },
  },
  demo: { name: 'Home Watch', monthlyPrice: 29.99, keyFeatures: ['Watched day and night'] },
  comparable: {
    monitoringType: (service) => service.monitoringType,
    installationType: (service) => service.installationType,
    equipmentIncluded: (service) => service.equipmentIncluded,
    equipmentOwned: (service) => service.equipmentOwned,
    videoRecording: (service) => service.videoRecording,
    cellularBackup: (service) => service.cellularBackup,
    licensesText: (_, compliance) => compliance.licensesText,
    bondAmount: (_, compliance) => compliance.bondAmount,
  },
};
