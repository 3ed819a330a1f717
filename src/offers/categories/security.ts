import { BooleanField, EnumField, TextField } from '../../validation/fields.js';
import { joined, choiceOf } from '../../validation/hints/converters.js';
import { Hints } from '../../validation/hints/hints.js';
import type { Category } from './category.js';
import { SecurityComplianceData } from './compliance/security-disclosure.js';

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
