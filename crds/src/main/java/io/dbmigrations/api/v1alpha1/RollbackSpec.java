package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;

/** What a migration may take back. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RollbackSpec(
    @Default("Allow")
        @JsonPropertyDescription(
            """
            Allow: an edit of targetRevision back to an older revision is migrated down to. Forbid: a \
            migration that would take any revision back is refused before anything runs, with the \
            reason RollbackForbidden. head and heads never take anything back, whatever stands here.\
            """)
        RollbackPolicy policy,
    @Default("Forbid")
        @JsonPropertyDescription(
            """
            What becomes of a rollback over a revision whose downgrade() is absent, does nothing \
            although its upgrade() does something, or only raises an error. Forbid: nothing is run, \
            and the reason Irreversible names all such revisions. Allow: they are run all the same, \
            so an empty downgrade() leaves in the schema what its upgrade() made, one that raises \
            fails, and one that is absent is still refused.\
            """)
        IrreversiblePolicy irreversible) {

  /** What applies where the resource has no {@code rollback} at all. */
  public static final RollbackSpec DEFAULT =
      new RollbackSpec(RollbackPolicy.ALLOW, IrreversiblePolicy.FORBID);

  public RollbackSpec {
    policy = policy == null ? RollbackPolicy.ALLOW : policy;
    irreversible = irreversible == null ? IrreversiblePolicy.FORBID : irreversible;
  }
}
