package io.dbmigrations.operator.reconcile;

import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.Names;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which change of a resource sets off a reconcile: that of its specification, of the annotations by
 * which a person asks for something, and its deletion. Its status is our own word.
 */
public final class Trigger {

  private static final List<String> WISHES =
      List.of(Names.RETRY_ANNOTATION, Names.APPROVE_ANNOTATION, Names.REJECT_ANNOTATION);

  private Trigger() {}

  public static boolean isSetOffBy(DatabaseMigration changed, DatabaseMigration old) {
    ObjectMeta now = changed.getMetadata();
    ObjectMeta before = old.getMetadata();
    return !Objects.equals(now.getGeneration(), before.getGeneration())
        || !Objects.equals(now.getUid(), before.getUid())
        || !Objects.equals(now.getDeletionTimestamp(), before.getDeletionTimestamp())
        || WISHES.stream()
            .anyMatch(wish -> !Objects.equals(annotation(now, wish), annotation(before, wish)));
  }

  private static @Nullable String annotation(ObjectMeta metadata, String name) {
    Map<String, String> annotations = metadata.getAnnotations();
    return annotations == null ? null : annotations.get(name);
  }
}
