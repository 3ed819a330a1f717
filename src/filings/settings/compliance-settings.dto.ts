import { ApiSchema } from '../../lazy-swagger/decorators.js';
import { BooleanField } from '../../validation/fields.js';
import { PatchType } from '../../validation/patch-type.js';

/** What a provider sets for its files for regulators. */
@ApiSchema({ name: 'ComplianceSettings' })
export class ComplianceSettingsView {
  @BooleanField({
    description:
      'Whether anybody can download `GET /providers/{teamId}/broadband-labels.csv` without a key, and `GET /.well-known/broadband-labels` lists it. False if you have not set it.',
    example: true,
  })
  publishBroadbandLabels: boolean;
}

/** A JSON merge patch: omitted members keep their values. */
@ApiSchema({ name: 'UpdateComplianceSettings' })
export class UpdateComplianceSettings extends PatchType(ComplianceSettingsView, []) {}
