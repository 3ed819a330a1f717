import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { NotFound, ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { canBrowseProviders, type Caller } from '../../teams/caller.js';
import { providerIsVisible } from '../../teams/provider-visibility.js';
import type { ProductOfferingDetails } from '../product-offering-details.js';
import { ProductOfferingReader } from '../product-offering-reader.service.js';
import { ProductOffering } from '../product-offering.entity.js';
import { ProductCatalog, ProductCatalogItem } from './product-catalog.entity.js';
import type { GetDefaultProductCatalog } from './product-catalogs.dto.js';

/** Finds the catalog that customers see by default. */
@Injectable()
export class DefaultCatalogService {
  constructor(
    @InjectRepository(ProductCatalog) private readonly catalogs: Repository<ProductCatalog>,
    @InjectRepository(ProductOffering) private readonly offerings: Repository<ProductOffering>,
    private readonly reader: ProductOfferingReader,
  ) {}

  /**
   * Returns the default catalog with its available product offerings.
   * @throws NotFound if there is no default catalog; ValidationFailed if several providers have one and the
   * query does not specify a provider
   */
  async get(
    caller: Caller,
    query: GetDefaultProductCatalog,
  ): Promise<{ catalog: ProductCatalog; offerings: ProductOfferingDetails[] }> {
    const [catalog, secondCatalog] = await this.findCandidates(caller, query);
    if (!catalog) throw new NotFound('Default product catalog');
    if (secondCatalog)
      throw new ValidationFailed([
        fieldError(
          ['providerId'],
          'required',
          'is required because several providers have a default catalog',
        ),
      ]);
    const offerings = await this.availableOfferings(catalog);
    return { catalog, offerings: await this.reader.loadDetails(caller, offerings) };
  }

  /** Returns up to two matching default catalogs, which is enough to detect an ambiguous query. */
  private findCandidates(
    caller: Caller,
    { customerType = 'CONSUMER', providerId }: GetDefaultProductCatalog,
  ): Promise<ProductCatalog[]> {
    const owner = providerId ?? (caller.role === 'reseller' ? undefined : caller.id);
    return this.catalogs
      .createQueryBuilder('catalog')
      .where('catalog.isDefault')
      .andWhere({ customerType, ...(owner === undefined ? {} : { teamId: owner }) })
      .andWhere(`(catalog.teamId = :own OR (:others AND ${providerIsVisible('catalog.teamId')}))`, {
        own: caller.id,
        others: canBrowseProviders(caller),
      })
      .limit(2)
      .getMany();
  }

  private availableOfferings({ id, customerType }: ProductCatalog): Promise<ProductOffering[]> {
    return this.offerings
      .createQueryBuilder('offering')
      .innerJoin(ProductCatalogItem, 'item', 'item.productOfferingId = offering.id')
      .where('item.productCatalogId = :id', { id })
      .andWhere({ status: 'AVAILABLE', customerType })
      .orderBy('item.position')
      .getMany();
  }
}
