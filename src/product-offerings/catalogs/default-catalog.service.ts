import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { NotFound, ValidationFailed } from '../../common/errors.js';
import { fieldError } from '../../common/field-path.js';
import { canBrowseProviders, type Caller } from '../../teams/caller.js';
import { providerIsVisible } from '../../teams/provider-visibility.js';
import { ProductCatalog, ProductCatalogItem } from './product-catalog.entity.js';
import type { ReadDefaultCatalog } from './product-catalogs.dto.js';
import { ProductOfferingReader } from '../product-offering-reader.service.js';
import { ProductOffering } from '../product-offering.entity.js';
import type { ProductOfferingDetails } from '../product-offering-details.js';

/** The catalog that customers are shown unless they ask for another. */
@Injectable()
export class DefaultCatalogService {
  constructor(
    @InjectRepository(ProductCatalog) private readonly catalogs: Repository<ProductCatalog>,
    @InjectRepository(ProductOffering) private readonly offerings: Repository<ProductOffering>,
    private readonly shelf: ProductOfferingReader,
  ) {}

  /**
   * The default catalog with what is available in it.
   * @throws NotFound when there is none, ValidationFailed when several providers have one and none is named
   */
  async get(
    caller: Caller,
    query: ReadDefaultCatalog,
  ): Promise<{ catalog: ProductCatalog; shown: ProductOfferingDetails[] }> {
    const [catalog, another] = await this.candidates(caller, query);
    if (!catalog) throw new NotFound('Default product catalog');
    if (another)
      throw new ValidationFailed([
        fieldError(['providerId'], 'required', 'is required, as several providers have a default catalog'),
      ]);
    return { catalog, shown: await this.shelf.show(caller, await this.available(catalog)) };
  }

  /** Providers have their own; those who only browse, the one that there is. */
  private candidates(caller: Caller, { customerType = 'CONSUMER', providerId }: ReadDefaultCatalog) {
    const owner = providerId ?? (caller.role === 'reseller' ? undefined : caller.id);
    const list = this.catalogs
      .createQueryBuilder('catalog')
      .where('catalog.isDefault')
      .andWhere({ customerType, ...(owner === undefined ? {} : { teamId: owner }) })
      .andWhere(`(catalog.teamId = :own OR (:others AND ${providerIsVisible('catalog.teamId')}))`, {
        own: caller.id,
        others: canBrowseProviders(caller),
      });
    return list.limit(2).getMany();
  }

  private available({ id, customerType }: ProductCatalog): Promise<ProductOffering[]> {
    return this.offerings
      .createQueryBuilder('offering')
      .innerJoin(ProductCatalogItem, 'item', 'item.productOfferingId = offering.id')
      .where('item.productCatalogId = :id', { id })
      .andWhere({ status: 'AVAILABLE', customerType })
      .orderBy('item.position')
      .getMany();
  }
}
