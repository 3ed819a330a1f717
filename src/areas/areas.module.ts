import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AreasService } from './areas.service.js';
import { ServiceArea } from './service-area.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([ServiceArea])],
  providers: [AreasService],
  exports: [AreasService],
})
export class AreasModule {}
