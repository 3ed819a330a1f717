import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessGuard } from './access.guard.js';
import { AdminTeamsController } from './admin-teams.controller.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeysService } from './api-keys.service.js';
import { KeyDirectory } from './key-directory.js';
import { LastUsed } from './last-used.js';
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
