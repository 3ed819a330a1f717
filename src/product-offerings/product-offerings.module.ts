import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BulkModule } from '../bulk/bulk.module.js';
import { ProductsModule } from '../products/products.module.js';
import { PromotionsModule } from '../promotions/promotions.module.js';
import { TeamsModule } from '../teams/teams.module.js';
import { DefaultCatalogService } from './catalogs/default-catalog.service.js';
import { ProductCatalog, ProductCatalogItem } from './catalogs/product-catalog.entity.js';
import { ProductCatalogsController } from './catalogs/product-catalogs.controller.js';
import { ProductCatalogsService } from './catalogs/product-catalogs.service.js';
import { ProductOfferingGroup } from './groups/product-offering-group.entity.js';
import { ProductOfferingGroupsController } from './groups/product-offering-groups.controller.js';
import { ProductOfferingGroupsService } from './groups/product-offering-groups.service.js';
import { ProductOfferingReader } from './product-offering-reader.service.js';
import { OrderableProductOfferings } from './ordering/orderable-product-offerings.service.js';
import { ProductOffering } from './product-offering.entity.js';
import { ProductOfferingsController } from './product-offerings.controller.js';
import { ProductOfferingsService } from './product-offerings.service.js';

const entities = [ProductOffering, ProductOfferingGroup, ProductCatalog, ProductCatalogItem];

@Module({
  imports: [TypeOrmModule.forFeature(entities), BulkModule, TeamsModule, ProductsModule, PromotionsModule],
  controllers: [ProductOfferingsController, ProductOfferingGroupsController, ProductCatalogsController],
  providers: [
    ProductOfferingsService,
    ProductOfferingReader,
    ProductOfferingGroupsService,
    ProductCatalogsService,
    DefaultCatalogService,
    OrderableProductOfferings,
  ],
  exports: [ProductOfferingReader, OrderableProductOfferings],
})
export class ProductOfferingsModule {}
