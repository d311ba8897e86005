package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * What waits for somebody's approval, and what has it.
 *
 * @param plan the digest of a plan, or the beginning of it; null where none is approved here
 * @param override why it goes on whatever the plan is; null where it does not
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ApprovalSpec(
    @Default("WhenLossy")
        @JsonPropertyDescription(
            """
            Which migrations that take revisions back wait for approval, with the reason \
            ApprovalRequired and nothing run. WhenLossy: those that would delete rows, or values of \
            a column, that are there, and those of which that cannot be told. Always, Never.\
            """)
        ApprovalPolicy rollbacks,
    @Default("Never") @JsonPropertyDescription("The same for migrations that only apply revisions.")
        ApprovalPolicy upgrades,
    @Size(min = 8, max = 64)
        @JsonPropertyDescription(
            """
            The plan that is approved: its digest as status.plan has it, or its first 8 or more \
            characters. It covers the rows found and wanted, every script and what it runs, env.py, \
            the configuration and the database, and it is spent once the plan has changed the \
            database. The annotation dbmigrations.io/approve says the same of the live object.\
            """)
        @Nullable String plan,
    @Size(min = 1, max = 256)
        @JsonPropertyDescription(
            """
            For an emergency: why the next migration goes on without approval. It serves one; a \
            further one takes another reason. status.history has it.\
            """)
        @Nullable String override) {

  /** What applies where the resource has no {@code approval} at all. */
  public static final ApprovalSpec DEFAULT =
      new ApprovalSpec(ApprovalPolicy.WHEN_LOSSY, ApprovalPolicy.NEVER, null, null);

  public ApprovalSpec {
    rollbacks = rollbacks == null ? ApprovalPolicy.WHEN_LOSSY : rollbacks;
    upgrades = upgrades == null ? ApprovalPolicy.NEVER : upgrades;
  }
}
