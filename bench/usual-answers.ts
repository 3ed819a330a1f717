import { Exclude, Expose, Transform, Type } from 'class-transformer';
import type { UsualOffer } from './usual-entities.js';

type Reading = { obj: UsualOffer };

/** Made once, of the entity; the interceptor transforms the answer a second time. */
const Made = (make: (reading: Reading) => unknown) => Transform(make, { toClassOnly: true });

const price = ({ obj: { monthlyPriceMinor } }: Reading) =>
  monthlyPriceMinor === null ? null : Number(monthlyPriceMinor) / 100;

class Area {
  zipCodes: string[] | null;
  states: string[] | null;
}

@Exclude()
class Shared {
  @Expose() id: string;
  @Expose() name: string;
  @Expose() category: string | null;
  @Expose() status: string;
  @Expose() sku: string | null;
  @Expose() metadata: object;
  @Expose() description: string | null;
  @Expose() marketingHeadline: string | null;
  @Expose() marketingDescription: string | null;
  @Expose() keyFeatures: string[];
  @Expose() imageUrl: string | null;
  @Expose() overview: string | null;
  @Expose() submissionConfig: object | null;
  @Expose() serviceSpecificData: object | null;
  @Expose() pricingType: string | null;
  @Expose() @Made(price) monthlyPrice: number | null;
  @Expose() fees: Record<string, number> | null;
  @Expose() currency: string;
  @Expose() complianceData: object | null;
  @Expose() complianceStatus: string;
  @Expose() visibility: string;
  @Expose() version: number;
  @Expose() @Type(() => Date) createdAt: Date;
  @Expose() @Type(() => Date) updatedAt: Date;
}

@Exclude()
export class CatalogAnswer extends Shared {
  @Expose()
  @Made(({ obj }: Reading) => obj.teamId)
  providerId: string;

  @Expose()
  @Made(({ obj }: Reading) => obj.provider.name)
  providerName: string;

  @Expose()
  @Made(({ obj: { fees } }: Reading) =>
    fees
      ? Number(
          ((fees.installationFee ?? 0) + (fees.equipmentFee ?? 0) + (fees.activationFee ?? 0)).toFixed(2),
        )
      : null,
  )
  setupFee: number | null;

  @Expose()
  @Made(({ obj: { serviceArea } }: Reading) =>
    serviceArea ? { zipCodeCount: serviceArea.zipCount, states: serviceArea.states ?? [] } : null,
  )
  serviceArea: object | null;
}

@Exclude()
export class OwnAnswer extends Shared {
  @Expose() teamId: string;
  @Expose() internalName: string | null;
  @Expose() externalId: string | null;
  @Expose() internalDescription: string | null;
  @Expose() submissionUrl: string | null;
  @Expose() complianceNotes: string | null;
  @Expose() allowedResellers: string[];

  @Expose()
  @Made(({ obj: { serviceArea } }: Reading) => {
    if (!serviceArea) return null;
    const { zipCodes, states } = serviceArea as Area;
    return { ...(zipCodes ? { zipCodes } : {}), ...(states ? { states } : {}) };
  })
  serviceArea: object | null;
}
