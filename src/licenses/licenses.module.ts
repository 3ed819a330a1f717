import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { StoredLicense } from './license.entity.js';
import { LicensesController } from './licenses.controller.js';
import { LicensesService } from './licenses.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([StoredLicense])],
  controllers: [LicensesController],
  providers: [LicensesService],
})
export class LicensesModule {}
