import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { BackgroundJobs } from '../../common/background-jobs.js';
import { isDatabaseUnavailable } from '../../common/database/failures.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.token.js';
import { Sql } from '../../sql/sql.js';
import { Wakeups } from '../../wakeups/wakeups.js';
import { WokenTask } from '../../wakeups/woken-task.js';
import { findWork } from './assessment.query.js';
import { adoptDigest, settleSeconds } from './assessment.write.js';
import { AssessmentSteps, firstDue, kindsByUrgency, type Work } from './assessment-steps.js';
import { RulesInEffect } from './rules-in-effect.js';

/** How long to pause after a failure. */
const pauseMs = 5_000;
/** The pause after a step, as a part of its duration: others have the database to themselves for that time. */
const restPerStep = 0.15;
/** After how many steps at most the job looks for more urgent work. */
const stepsPerLook = 5;

/**
 * Assesses stored offers in the background: those that were written without an assessment, those of providers whose
 * licenses have changed, all after a change of the rules, and those for which a day begins that changes something. One
 * process at a time takes a step. What remains is in the database, so that any process can go on.
 */
@Injectable()
export class AssessmentJobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** How long the run over all offers waits for processes with other rules. Tests shorten it. */
  settleSeconds = settleSeconds;
  private readonly log = new Logger(AssessmentJobs.name);
  private readonly task = new WokenTask(
    () => this.doWork(),
    (cause) => {
      if (!isDatabaseUnavailable(cause)) this.log.error({ err: cause }, 'Could not assess offers');
    },
    pauseMs,
  );
  private isDayDue = false;
  /** The last offer that was assessed because a day begins. */
  private dueAfter = firstDue;
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly sql: Sql,
    private readonly wakeups: Wakeups,
    private readonly jobs: BackgroundJobs,
    private readonly steps: AssessmentSteps,
    private readonly rules: RulesInEffect,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.adoptRules();
    this.stopListening = this.wakeups.on('licenses', () => void this.task.wake());
    if (this.config.role !== 'api')
      this.jobs.runHourly('assess offers for which a day begins', () => this.assessDue());
  }

  /** Waits for the step in progress. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopListening();
    await this.task.stop();
  }

  /** Makes the rule sets of this process those in effect. If they are new, all offers are assessed. */
  async adoptRules(): Promise<void> {
    const [adopted] = await this.sql.rows(adoptDigest(this.rules.digest, this.settleSeconds));
    if (adopted?.[0]) this.log.log('The rules of compliance have changed; all offers will be assessed');
    this.rules.areCurrent = true;
  }

  /** Assesses the offers whose assessment ends today or has ended. */
  assessDue(): Promise<void> {
    this.isDayDue = true;
    this.dueAfter = firstDue;
    return this.task.wake();
  }

  /** Looks for work until none is left, or another process is taking steps or has locked the offers. */
  private async doWork(): Promise<void> {
    while (!this.task.isStopped) {
      const kinds = await this.kindsOfWork();
      for (const [index, work] of kinds.entries()) {
        // A team that changes its licenses all the time must not keep the others waiting.
        for (let steps = index === 0 ? stepsPerLook : 1; steps > 0 && !this.task.isStopped; steps -= 1) {
          const result = await this.timed(() => this.steps.take(work));
          if (!result || result.postponed > 0) return;
          if (result.isLast) break;
        }
      }
      if (this.isDayDue && this.isAtWork) {
        const result = await this.timed(() => this.steps.takeDue(this.dueAfter));
        if (!result) return;
        if (result.last) this.dueAfter = result.last;
        else this.isDayDue = false;
      } else if (kinds.length === 0) return;
    }
  }

  /** Whether this process assesses stored offers. */
  private get isAtWork(): boolean {
    return this.rules.areCurrent && this.config.role !== 'api';
  }

  /** Returns what there is to do, the most urgent first. Notices whether processes with other rules were started later. */
  private async kindsOfWork(): Promise<Work[]> {
    const [[digest, ...isWaiting] = []] = await this.sql.rows(findWork);
    this.rules.areCurrent = digest === this.rules.digest;
    return this.isAtWork ? kindsByUrgency.filter((_, index) => isWaiting[index] === 't') : [];
  }

  /** Takes a step, and rests. */
  private async timed<T>(step: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const result = await step();
    await sleep((performance.now() - startedAt) * restPerStep);
    return result;
  }
}
