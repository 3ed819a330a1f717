import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { StoredLicense } from './license.entity.js';

@Module({ imports: [TypeOrmModule.forFeature([StoredLicense])] })
export class LicensesModule {}
