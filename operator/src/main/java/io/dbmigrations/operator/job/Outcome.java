package io.dbmigrations.operator.job;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import io.dbmigrations.api.v1alpha1.AttemptIdentity;
import io.dbmigrations.api.v1alpha1.Claim;
import io.dbmigrations.api.v1alpha1.DatabaseStatus;
import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.ReasonClass;
import io.dbmigrations.operator.database.VersionTables;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How an attempt ended, in the runner's words, or in ours where the runner could not speak. The
 * document itself is described in migrations-image/runner/contract.json.
 *
 * @param isRunners whether the runner itself said so
 * @param before the rows of the version table before it, null when unknown
 * @param after the rows after it, null when unknown, too many, or when several version tables
 *     differ
 * @param target the absolute revisions that the target means, null when it was not resolved
 * @param left the rows at which the resource has left the database, null when unknown
 * @param held the rows by which the target is held, null when it is not
 * @param exclusive whether any row beside those contradicts the target
 * @param digests of the lists that were too many for the document
 * @param newest the newer attempt that the database knew, null when there was none
 * @param claim what an older resource declares instead, null where none does
 * @param plan what would be run, null where it was not examined for approval
 * @param revision the revision that failed, null where none did
 * @param sqlstate PostgreSQL's code of the error, null where there is none
 * @param database which one it came to, null for none or for several
 * @param versionTable Alembic's table with its schema, null when unknown or where there are several
 * @param versionTables all of them that it came to, null when unknown
 * @param durationMs how long the runner was at it, 0 where it does not say so
 * @param warnings what somebody should know besides, however it ended
 */
@RecordBuilder
public record Outcome(
    Reason reason,
    String message,
    boolean isRunners,
    @Nullable List<String> before,
    @Nullable List<String> after,
    @Nullable List<String> target,
    @Nullable List<String> left,
    @Nullable HeldRows held,
    boolean exclusive,
    RowDigests digests,
    @Nullable AttemptIdentity newest,
    @Nullable Claim claim,
    String direction,
    @Nullable PlanStatus plan,
    int applied,
    @Nullable String revision,
    @Nullable String sqlstate,
    @Nullable String alembic,
    @Nullable String serverVersion,
    @Nullable DatabaseStatus database,
    @Nullable String versionTable,
    @Nullable VersionTables versionTables,
    long durationMs,
    List<String> warnings) {

  private static final Logger LOG = LoggerFactory.getLogger(Outcome.class);

  // What is also a part of the status is lenient there, where a newer operator may have written it.
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .addMixIn(AttemptIdentity.class, Strict.class)
          .addMixIn(Claim.class, Strict.class);

  public Outcome {
    digests = digests == null ? RowDigests.NONE : digests;
    warnings = warnings == null ? List.of() : List.copyOf(warnings);
  }

  /** An end of which only this is known. */
  public static Outcome of(Reason reason, String message) {
    return OutcomeBuilder.builder().reason(reason).message(message).direction("None").build();
  }

  /** The same end, seen otherwise. */
  public Outcome because(Reason otherReason, String otherMessage) {
    return OutcomeBuilder.builder(this).reason(otherReason).message(otherMessage).build();
  }

  /** The same end, with the rows that somebody read afterwards in place of what had no room. */
  public Outcome knowing(List<String> rows) {
    String read = RowDigests.of(rows);
    return OutcomeBuilder.builder(this)
        .before(read.equals(digests.before()) ? rows : before)
        .after(read.equals(digests.after()) ? rows : after)
        .target(read.equals(digests.target()) ? rows : target)
        .left(read.equals(digests.left()) ? rows : left)
        .held(read.equals(digests.held()) ? new HeldRows(rows, exclusive) : held)
        .build();
  }

  /** Whether the version tables hold different rows, so that none of them stands for all. */
  public boolean hasDifferingTables() {
    return after == null && digests.after() == null && tables().count() != 1;
  }

  /** The version tables that it came to; all that there are, if it reached its target. */
  public VersionTables tables() {
    return versionTable != null
        ? VersionTables.of(versionTable)
        : versionTables != null ? versionTables : VersionTables.NONE;
  }

  /** Reads the runner's outcome; empty when the text is not one. */
  public static Optional<Outcome> parse(@Nullable String terminationMessage) {
    if (terminationMessage == null || !terminationMessage.stripLeading().startsWith("{")) {
      return Optional.empty();
    }
    try {
      Wire wire = Wire.read(terminationMessage);
      if (!wire.unknown.isEmpty()) {
        LOG.warn(
            "The runner's outcome has keys that this operator does not know: {}", wire.unknown);
      }
      return wire.version == 1 && wire.reason != null
          ? Optional.of(wire.outcome())
          : Optional.empty();
    } catch (JsonProcessingException e) {
      // Not the runner's: the last lines of the container's log, which are treated as such.
      return Optional.empty();
    }
  }

  /** The document; its keys are those of the contract. */
  static final class Wire {
    public int version;
    public @Nullable String reason;
    public @Nullable String message;
    public @Nullable List<String> before;
    public @Nullable List<String> after;
    public @Nullable List<String> target;
    public @Nullable List<String> left;
    public @Nullable List<String> held;
    public boolean exclusive;
    public @Nullable RowDigests digests;
    public @Nullable AttemptIdentity newest;
    public @Nullable Claim claim;
    public @Nullable Plan plan;
    public int applied;
    public @Nullable String revision;
    public @Nullable String sqlstate;
    public @Nullable String alembic;
    public @Nullable String serverVersion;
    public @Nullable Place database;
    public @Nullable String versionTable;
    public @Nullable Tables versionTables;
    public long durationMs;
    public List<String> warnings = List.of();

    /**
     * Paths of what this operator does not know. An outcome with more in it is one all the same.
     */
    @JsonIgnore final Set<String> unknown = new TreeSet<>();

    static Wire read(String document) throws JsonProcessingException {
      Set<String> unknown = new TreeSet<>();
      Wire wire =
          JSON.readerFor(Wire.class).withHandler(new UnknownKeys(unknown)).readValue(document);
      wire.unknown.addAll(unknown);
      return wire;
    }

    Outcome outcome() {
      return OutcomeBuilder.builder()
          .reason(end().orElse(Reason.INTERNAL_ERROR))
          .message(words())
          .isRunners(true)
          .before(before)
          .after(after)
          .target(target)
          .left(left)
          .held(held == null ? null : new HeldRows(held, exclusive))
          .exclusive(exclusive)
          .digests(digests == null ? RowDigests.NONE : digests)
          .newest(newest)
          .claim(claim)
          .direction(direction())
          .plan(planned())
          .applied(applied)
          .revision(revision)
          .sqlstate(sqlstate)
          .alembic(alembic)
          .serverVersion(serverVersion)
          .database(database == null ? null : DatabaseStatus.of(database.system, database.name))
          .versionTable(versionTable)
          .versionTables(versionTables == null ? null : versionTables.named())
          .durationMs(durationMs)
          .warnings(warnings)
          .build();
    }

    // Suspended, for example, is a reason, and nothing that a runner could end with.
    private Optional<Reason> end() {
      return Reason.of(String.valueOf(reason))
          .filter(known ->
              known == Reason.AT_TARGET_REVISION
                  || known.hasPlan()
                  || known.reasonClass() == ReasonClass.TRANSIENT
                  || known.reasonClass() == ReasonClass.STALLED);
    }

    private String direction() {
      return plan == null || plan.direction == null ? "None" : plan.direction;
    }

    private @Nullable PlanStatus planned() {
      return plan == null || plan.digest == null
          ? null
          : PlanStatus.outline(
              plan.digest,
              direction(),
              before == null ? null : Revisions.join(before),
              target == null ? null : Revisions.join(target),
              plan.steps,
              plan.deletes);
    }

    private String words() {
      String said = message == null ? "The runner gave no message" : message;
      return end().isPresent()
          ? said
          : "The runner ended with the reason %s, which this operator does not know as the end of an attempt: they are of different releases; upgrade the chart as a whole. Its words: %s"
              .formatted(reason, said);
    }
  }

  /** A database, and the identifier of its server. */
  static final class Place {
    public @Nullable String name;
    public @Nullable String system;
  }

  /** How many version tables, and which. */
  static final class Tables {
    public int count;
    public @Nullable List<String> names;

    private VersionTables named() {
      return new VersionTables(count, names == null ? List.of() : names);
    }
  }

  /** How many steps in which direction, and what they would delete. */
  static final class Plan {
    public @Nullable String direction;
    public int steps;
    public @Nullable String digest;
    public boolean lossy;
    public List<String> deletes = List.of();
  }

  @JsonIgnoreProperties(ignoreUnknown = false)
  private interface Strict {}

  private static final class UnknownKeys extends DeserializationProblemHandler {
    private final Set<String> paths;

    UnknownKeys(Set<String> paths) {
      this.paths = paths;
    }

    @Override
    public boolean handleUnknownProperty(
        DeserializationContext context,
        JsonParser parser,
        JsonDeserializer<?> deserializer,
        Object beanOrClass,
        String name)
        throws IOException {
      paths.add(parser.getParsingContext().pathAsPointer().toString());
      parser.skipChildren();
      return true;
    }
  }
}
