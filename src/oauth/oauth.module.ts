import { Module } from '@nestjs/common';
import { TeamsModule } from '../teams/teams.module.js';
import { AccessTokenController } from './access-token.controller.js';

@Module({
  imports: [TeamsModule],
  controllers: [AccessTokenController],
})
export class OAuthModule {}
