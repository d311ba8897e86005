package io.dbmigrations.operator.plan;

import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.operator.job.JobName;
import io.dbmigrations.operator.job.MigrationJob;
import io.dbmigrations.operator.job.Sha256;
import io.dbmigrations.operator.observe.Observation;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  /** Whose value is the SHA-256 of the SQL of all parts: what somebody has made anew differs. */
  static final String SUM_ANNOTATION = "dbmigrations.io/plan-sql-sha256";

  private static final int SUM_LENGTH = 64;
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

  /**
   * A part of a plan under that name, for the resource that an observation is of.
   *
   * @param sum of the texts of all parts
   */
  public static ConfigMap of(
      Observation resource, String name, String digest, String sum, String text) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(resource.namespace())
        .withName(name)
        .addToLabels(Names.MANAGED_BY_LABEL, Names.MANAGED_BY)
        .addToLabels(PURPOSE_LABEL, PURPOSE)
        .addToLabels(Names.NAME_LABEL, JobName.label(resource.name()))
        .addToAnnotations(DIGEST_ANNOTATION, digest)
        .addToAnnotations(SUM_ANNOTATION, sum)
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
    return annotation(found, DIGEST_ANNOTATION);
  }

  /** What its maker said of the texts of all parts. */
  public static String sum(ConfigMap found) {
    return annotation(found, SUM_ANNOTATION);
  }

  /** The SQL in it; nobody of ours makes one without. */
  public static String text(ConfigMap found) {
    return found.getData() == null ? "" : found.getData().getOrDefault(KEY, "");
  }

  /** Whether the one is there already that is wanted. */
  public static boolean isSame(ConfigMap found, ConfigMap wanted) {
    return digest(found).equals(digest(wanted))
        && sum(found).equals(sum(wanted))
        && text(found).equals(text(wanted));
  }

  /** Whether these are all the parts of that plan, as they were made. */
  public static boolean isWhole(List<ConfigMap> parts, String digest) {
    String sum = sum(parts.stream().map(PlanConfigMap::text));
    return !parts.isEmpty()
        && parts.stream().allMatch(part -> digest(part).equals(digest) && sum(part).equals(sum));
  }

  /** By which texts are told apart that are parts of one. */
  public static String sum(Stream<String> texts) {
    return Sha256.hex(texts.collect(Collectors.joining()), SUM_LENGTH);
  }

  /** What stands in the place of one, for whoever has put it there. */
  public static String described(ConfigMap found) {
    List<OwnerReference> owners = found.getMetadata().getOwnerReferences();
    if (!owners.isEmpty()) {
      OwnerReference owner = owners.getFirst();
      return "that of %s %s (UID %s)".formatted(owner.getKind(), owner.getName(), owner.getUid());
    }
    Map<String, String> labels = found.getMetadata().getLabels();
    String manager = labels == null ? null : labels.get(Names.MANAGED_BY_LABEL);
    List<ManagedFieldsEntry> fields = found.getMetadata().getManagedFields();
    return manager != null
        ? "one that %s manages".formatted(manager)
        : fields == null || fields.isEmpty()
            ? "one that nobody says to own"
            : "one that %s has written".formatted(fields.getFirst().getManager());
  }

  private static String annotation(ConfigMap found, String name) {
    Map<String, String> annotations = found.getMetadata().getAnnotations();
    return annotations == null ? "" : annotations.getOrDefault(name, "");
  }

  private static String numbered(String name, int part) {
    return part == 1 ? name : "%s-%d".formatted(name, part);
  }
}
