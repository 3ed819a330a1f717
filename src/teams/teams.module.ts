import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessHook } from './access.hook.js';
import { AdminTeamsController } from './admin-teams.controller.js';
import { ApiKey } from './api-keys/api-key.entity.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { ApiKeyCheck } from './api-keys/api-key-check.js';
import { ApiKeyUsage } from './api-keys/api-key-usage.js';
import { TeamController } from './team.controller.js';
import { Team } from './team.entity.js';
import { TeamsService } from './teams.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Team, ApiKey])],
  controllers: [AdminTeamsController, TeamController],
  providers: [TeamsService, ApiKeysService, ApiKeyCheck, ApiKeyUsage, AccessHook],
  exports: [TeamsService, ApiKeysService, AccessHook, ApiKeyCheck],
})
export class TeamsModule {}
