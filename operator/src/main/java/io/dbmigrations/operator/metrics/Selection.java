package io.dbmigrations.operator.metrics;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import java.util.ArrayList;
import java.util.List;

/**
 * The resources that have metrics of their own; pure. Where they are too many, those that are not
 * Ready come first: somebody may have to be told of them.
 */
record Selection(List<DatabaseMigration> shown, int leftOut) {

  static Selection of(List<DatabaseMigration> all, int limit) {
    if (all.size() <= limit) {
      return new Selection(all, 0);
    }
    List<DatabaseMigration> shown = new ArrayList<>(limit);
    add(shown, all, limit, false);
    add(shown, all, limit, true);
    return new Selection(shown, all.size() - limit);
  }

  private static void add(
      List<DatabaseMigration> shown, List<DatabaseMigration> all, int limit, boolean ready) {
    for (DatabaseMigration resource : all) {
      if (shown.size() >= limit) {
        return;
      }
      if (ConditionClass.isReady(resource.getStatus()) == ready) {
        shown.add(resource);
      }
    }
  }
}
