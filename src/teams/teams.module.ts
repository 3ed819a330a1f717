import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessGuard } from './access.hook.js';
import { AdminTeamsController } from './admin-teams.controller.js';
import { ApiKey } from './api-keys/api-key.entity.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { KeyDirectory } from './api-keys/key-cache.js';
import { LastUsed } from './api-keys/key-usage.js';
import { TeamController } from './team.controller.js';
import { Team } from './team.entity.js';
import { TeamsService } from './teams.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Team, ApiKey])],
  controllers: [AdminTeamsController, TeamController],
  providers: [TeamsService, ApiKeysService, KeyDirectory, LastUsed, AccessGuard],
  exports: [TeamsService, ApiKeysService, AccessGuard, KeyDirectory],
})
export class TeamsModule {}
