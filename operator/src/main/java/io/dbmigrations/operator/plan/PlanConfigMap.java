package io.dbmigrations.operator.plan;

import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.operator.job.JobName;
import io.dbmigrations.operator.job.MigrationJob;
import io.dbmigrations.operator.observe.Observation;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Map;

/**
 * The ConfigMaps with the SQL of a plan: those of the one that waits, and those of the last one
 * that ran, which have its digest in their names. They are known by their names alone, so that
 * nobody has to list ConfigMaps.
 */
public final class PlanConfigMap {

  /** The key of the SQL. */
  static final String KEY = "plan.sql";

  /** Whose value is the digest of the plan. */
  static final String DIGEST_ANNOTATION = "dbmigrations.io/plan";

  private static final String PURPOSE_LABEL = "app.kubernetes.io/component";
  private static final String PURPOSE = "plan";

  private PlanConfigMap() {}

  /** The name of a part of the plan that waits; parts count from 1. */
  public static String waiting(String resource, int part) {
    return numbered(JobName.ofPlan(resource), part);
  }

  /** The name of a part of the plan of that digest, which has run. */
  public static String kept(String resource, String digest, int part) {
    return numbered("%s-%s".formatted(JobName.ofPlan(resource), PlanStatus.shown(digest)), part);
  }

  /** A part of a plan under that name, for the resource that an observation is of. */
  public static ConfigMap of(Observation resource, String name, String digest, String text) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(resource.namespace())
        .withName(name)
        .addToLabels(Names.MANAGED_BY_LABEL, Names.MANAGED_BY)
        .addToLabels(PURPOSE_LABEL, PURPOSE)
        .addToLabels(Names.NAME_LABEL, JobName.label(resource.name()))
        .addToAnnotations(DIGEST_ANNOTATION, digest)
        .withOwnerReferences(MigrationJob.owner(resource.name(), resource.uid()))
        .endMetadata()
        .withImmutable(true)
        .addToData(KEY, text)
        .build();
  }

  /** Whether the operator has made it, for a plan of that resource. */
  public static boolean isOf(ConfigMap found, String uid) {
    Map<String, String> labels = found.getMetadata().getLabels();
    return labels != null
        && PURPOSE.equals(labels.get(PURPOSE_LABEL))
        && Names.MANAGED_BY.equals(labels.get(Names.MANAGED_BY_LABEL))
        && found.getMetadata().getOwnerReferences().stream()
            .anyMatch(owner -> owner.getUid().equals(uid));
  }

  /** The plan that it is of. */
  public static String digest(ConfigMap found) {
    return found.getMetadata().getAnnotations().getOrDefault(DIGEST_ANNOTATION, "");
  }

  /** The SQL in it. */
  public static String text(ConfigMap found) {
    return found.getData().getOrDefault(KEY, "");
  }

  /** Whether the one is there already that is wanted. */
  public static boolean isSame(ConfigMap found, ConfigMap wanted) {
    return digest(found).equals(digest(wanted)) && text(found).equals(text(wanted));
  }

  private static String numbered(String name, int part) {
    return part == 1 ? name : "%s-%d".formatted(name, part);
  }
}
