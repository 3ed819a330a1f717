import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  IsUrl,
  IsUUID,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { PartialType } from '@nestjs/swagger';
import { categoryNames } from '../../../src/offers/categories/all-categories.js';

export class FeesDto {
  @IsOptional() @IsNumber() @Min(0) installationFee?: number;
  @IsOptional() @IsNumber() @Min(0) equipmentFee?: number;
  @IsOptional() @IsNumber() @Min(0) activationFee?: number;
  @IsOptional() @IsNumber() @Min(0) depositRequired?: number;
  @IsOptional() @IsNumber() @Min(0) earlyTerminationFee?: number;
}

export class InternetDataDto {
  @IsNumber() @Min(0) minBandwidth: number;
  @IsNumber() @Min(0) maxBandwidth: number;
  @IsIn(['fiber', 'cable', 'dsl', 'satellite', 'fixed_wireless', '5g_home']) connectionType: string;
  @IsOptional() @IsNumber() @Min(0) dataCap?: number | null;
}

export class BroadbandLabelDto {
  @IsOptional() @IsUrl() url?: string;
  @IsOptional() @IsNumber() @Min(0) typicalDownload?: number;
  @IsOptional() @IsNumber() @Min(0) typicalUpload?: number;
  @IsOptional() @IsNumber() @Min(0) typicalLatency?: number;
  @IsOptional() @IsNumber() @Min(0) dataCapGb?: number | null;
}

export class ComplianceDto {
  @IsOptional() @ValidateNested() @Type(() => BroadbandLabelDto) broadbandLabel?: BroadbandLabelDto;
  @IsOptional() @IsUrl() networkManagementUrl?: string;
}

/** The benchmark creates internet offers only, so category data is validated as such. */
export class CreateOfferDto {
  @IsString() @Length(1, 255) name: string;
  @IsOptional() @IsString() @MaxLength(255) internalName?: string | null;
  @IsOptional() @IsIn(categoryNames) category?: string | null;
  @IsOptional() @IsIn(['draft', 'active', 'inactive', 'archived']) status?: string;
  @IsOptional() @IsString() @Length(1, 100) sku?: string | null;
  @IsOptional() @IsString() @MaxLength(255) externalId?: string | null;
  @IsOptional() @IsObject() metadata?: object;
  @IsOptional() @IsString() @MaxLength(10_000) description?: string | null;
  @IsOptional() @IsString() @MaxLength(10_000) internalDescription?: string | null;
  @IsOptional() @IsString() @MaxLength(255) marketingHeadline?: string | null;
  @IsOptional() @IsString() @MaxLength(10_000) marketingDescription?: string | null;
  @IsOptional() @IsArray() @ArrayMaxSize(50) @IsString({ each: true }) keyFeatures?: string[];
  @IsOptional() @IsUrl() imageUrl?: string | null;
  @IsOptional() @IsString() @MaxLength(10_000) overview?: string | null;
  @IsOptional() @IsUrl() submissionUrl?: string | null;
  @IsOptional() @IsObject() submissionConfig?: object | null;
  @IsOptional() @ValidateNested() @Type(() => InternetDataDto) serviceSpecificData?: InternetDataDto | null;
  @IsOptional() @IsIn(['fixed', 'variable', 'tiered', 'custom']) pricingType?: string | null;
  @IsOptional() @IsNumber({ maxDecimalPlaces: 2 }) @Min(0) monthlyPrice?: number | null;
  @IsOptional() @ValidateNested() @Type(() => FeesDto) fees?: FeesDto | null;
  @IsOptional() @ValidateNested() @Type(() => ComplianceDto) complianceData?: ComplianceDto | null;
  @IsOptional()
  @IsIn(['unknown', 'compliant', 'incomplete', 'non_compliant', 'exempt'])
  complianceStatus?: string;
  @IsOptional() @IsString() @MaxLength(10_000) complianceNotes?: string | null;
  @IsOptional() @IsIn(['public', 'preferred', 'selected']) visibility?: string;
  @IsOptional() @IsArray() @ArrayMaxSize(1000) @IsUUID(undefined, { each: true }) allowedResellers?: string[];
  @IsOptional() @IsObject() serviceArea?: object | null;
}

export class UpdateOfferDto extends PartialType(CreateOfferDto) {}

export class CatalogQuery {
  @IsOptional() @IsIn(categoryNames) category?: string;
  @IsOptional() @Type(() => Number) @IsNumber() @Min(0) minPrice?: number;
  @IsOptional() @Type(() => Number) @IsNumber() @Min(0) maxPrice?: number;
  @IsOptional() @IsString() @Length(5, 5) zipCode?: string;
  @IsOptional() @IsIn(['price', 'createdAt']) sortBy?: string;
  @IsOptional() @Type(() => Number) @IsNumber() @Min(1) @Max(100) limit?: number;
  @IsOptional() @IsString() @MaxLength(200) cursor?: string;
}
