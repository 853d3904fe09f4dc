import { Migration } from '@mikro-orm/migrations';

/** What was computed before is computed again once: nobody knows with which code it was. */
export class PluginDigest0002 extends Migration {
  override up(): void {
    this.addSql('alter table kernel.plugin add column digest text');
    this.addSql(
      `comment on column kernel.plugin.digest is 'Of the code that the apps and roles on the nodes were last computed with.'`,
    );
  }
}
