package io.dbmigrations.operator.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.dbmigrations.api.v1alpha1.ApprovalPolicy;
import io.dbmigrations.api.v1alpha1.ApprovalSpec;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationStatus;
import io.dbmigrations.api.v1alpha1.HistoryEntry;
import io.dbmigrations.api.v1alpha1.Names;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the runner is told of approvals.
 *
 * @param plans the digests that are approved, or beginnings of them
 * @param by who has approved, as far as is known; null where nobody has
 * @param override why it goes on whatever the plan is; null where it does not
 * @param overridden the plan for which that was used already, in vain; null where it was not
 * @param spent the first characters of the digests of plans that were run
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ApprovalRequest(
    ApprovalPolicy rollbacks,
    ApprovalPolicy upgrades,
    List<String> plans,
    @Nullable String by,
    @Nullable String override,
    @Nullable String overridden,
    List<String> spent) {

  static ApprovalRequest of(DatabaseMigration resource, AttemptStatus attempt) {
    ApprovalSpec spec = resource.getSpec().approval();
    Map<String, String> annotations =
        Objects.requireNonNullElse(resource.getMetadata().getAnnotations(), Map.of());
    Optional<String> override = unspent(resource);
    return new ApprovalRequest(
        spec.rollbacks(),
        spec.upgrades(),
        Stream.of(
                Optional.ofNullable(spec.plan()),
                Optional.ofNullable(annotations.get(Names.APPROVE_ANNOTATION)))
            .flatMap(Optional::stream)
            .filter(PlanStatus::isDigest)
            .distinct()
            .toList(),
        attempt.approval() == null ? null : attempt.approval().by(),
        override.orElse(null),
        override.flatMap(reason -> overridden(resource, reason)).orElse(null),
        spent(resource));
  }

  /** What of a migration that has run serves no other one, as the status remembers it. */
  public static Stream<String> spentBy(HistoryEntry entry) {
    return entry.isEffective()
        ? Stream.concat(
            Stream.ofNullable(entry.plan()).map(PlanStatus::shown),
            Stream.ofNullable(entry.override()).map(ApprovalRequest::digest))
        : Stream.empty();
  }

  private static Optional<String> overridden(DatabaseMigration resource, String reason) {
    return history(resource)
        .filter(entry -> reason.equals(entry.override()))
        .flatMap(entry -> Optional.ofNullable(entry.plan()).stream())
        .reduce((_, earlier) -> earlier);
  }

  private static Stream<HistoryEntry> history(DatabaseMigration resource) {
    return resource.getStatus() == null ? Stream.empty() : resource.getStatus().history().stream();
  }

  /** The override, unless a migration has been run by it: it serves one. */
  public static Optional<String> unspent(DatabaseMigration resource) {
    String override = resource.getSpec().approval().override();
    return Optional.ofNullable(override)
        .filter(reason -> !reason.isBlank())
        .filter(reason -> !spent(resource).contains(digest(reason)));
  }

  private static String digest(String override) {
    return Sha256.hex(override, PlanStatus.SHOWN);
  }

  // In the history alone it is of an earlier operator.
  private static List<String> spent(DatabaseMigration resource) {
    DatabaseMigrationStatus status =
        Optional.ofNullable(resource.getStatus()).orElse(DatabaseMigrationStatus.NONE);
    return Stream.concat(
            status.spentApprovals().stream(),
            status.history().stream().flatMap(ApprovalRequest::spentBy))
        .distinct()
        .toList();
  }
}
