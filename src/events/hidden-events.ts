import { Injectable } from '@nestjs/common';

/** Events that are not shown or sent again, although they still exist: they will be deleted soon. */
@Injectable()
export class HiddenEvents {
  private readonly conditions: string[] = [];

  /**
   * Hides the events of a team that it may not see any more.
   * @param condition SQL on `r`, with the columns `type`, `subject` and `team_id` of the event
   */
  add(condition: string): void {
    this.conditions.push(condition);
  }

  /**
   * Returns an SQL condition that is false for hidden events.
   * @param alias of a table or subquery with these columns
   */
  isShown(alias: string): string {
    const hidden = this.conditions.map((condition) => `(${condition})`).join(' OR ');
    if (hidden === '') return 'true';
    const columns = ['type', 'subject', 'team_id'].map((column) => `${alias}.${column}`).join(', ');
    return `NOT EXISTS (SELECT FROM (SELECT ${columns}) AS r WHERE ${hidden})`;
  }
}
