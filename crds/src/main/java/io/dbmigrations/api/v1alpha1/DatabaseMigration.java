package io.dbmigrations.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/**
 * Says at which revision the schema of one database should be. It is desired state, not a task: the
 * operator makes it true, keeps saying whether it is true, and does nothing when it is.
 */
@Group(DatabaseMigration.GROUP)
@Version("v1alpha1")
@Kind("DatabaseMigration")
@Plural("databasemigrations")
@Singular("databasemigration")
@ShortNames({"dbmigrations", "dbmigration", "dbm"})
public final class DatabaseMigration
    extends CustomResource<DatabaseMigrationSpec, DatabaseMigrationStatus> implements Namespaced {

  public static final String GROUP = "dbmigrations.io";

  private static final long serialVersionUID = 1L;

  // Records have no empty instance, so nothing is made up for what the server did not send.
  @Override
  protected @Nullable DatabaseMigrationSpec initSpec() {
    return null;
  }

  @Override
  protected @Nullable DatabaseMigrationStatus initStatus() {
    return null;
  }
}
