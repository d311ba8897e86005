package io.dbmigrations.operator.database;

import static io.dbmigrations.api.v1alpha1.Reason.DATABASE_UNREACHABLE;

import io.dbmigrations.operator.database.DatabaseReading.Differing;
import io.dbmigrations.operator.database.DatabaseReading.Locked;
import io.dbmigrations.operator.database.DatabaseReading.NotObservable;
import io.dbmigrations.operator.database.DatabaseReading.Refused;
import io.dbmigrations.operator.database.DatabaseReading.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads Alembic's version table over JDBC: one short connection a call, at most about 15 seconds in
 * all, whatever the URL names and whatever answers there. Thread-safe.
 *
 * <p>The URL is a tenant's, and so may be the server behind it: see {@link JdbcTarget} for what of
 * the URL is used, and {@link ShortLivedSocket} for what the server may do.
 */
public final class VersionTableReader implements DatabaseReader {
  private static final Logger LOG = LoggerFactory.getLogger(VersionTableReader.class);

  /** More are not in use; with more, none would be given time enough to answer. */
  private static final int MAX_SERVERS = 5;

  private static final Set<String> STATES_OF_POOLERS =
      Set.of(PSQLState.PROTOCOL_VIOLATION.getState(), PSQLState.NOT_IMPLEMENTED.getState());

  private final Driver driver = new Driver();
  private final Duration patience;
  private final Duration total;
  private final Reach reach;

  public VersionTableReader() {
    this(Duration.ofSeconds(5), Reach.OTHER_HOSTS);
  }

  VersionTableReader(Duration patience, Reach reach) {
    KeyDerivation.install();
    this.patience = patience;
    total = patience.multipliedBy(3);
    this.reach = reach;
  }

  /** What is asked of each server: the tables, and what each of their names can mean. */
  private record Question(VersionTables tables, List<List<VersionTableName>> candidates) {
    static Question of(VersionTables tables) {
      return new Question(tables, VersionTableName.candidates(tables));
    }
  }

  @Override
  public DatabaseReading read(DatabaseAccess access, VersionTables tables, String namespace) {
    try {
      JdbcTarget target =
          JdbcTarget.of(DatabaseUrl.parse(access.url()), access.certificates()).from(namespace);
      // Those that cannot be read are told as that, and not as a failed connection.
      access.certificates().check();
      return KeyDerivation.within(namespace, () -> firstThatAnswers(target, Question.of(tables)));
    } catch (NotObservableException e) {
      return e.toReading();
    } catch (RuntimeException e) {
      // Its message may have a part of what it was given.
      LOG.warn(
          "Reading a version table, the PostgreSQL driver failed on an answer: {} at {}",
          e.getClass().getName(),
          e.getStackTrace().length == 0 ? "?" : e.getStackTrace()[0]);
      return new NotObservable("The PostgreSQL driver failed on an answer of the database.");
    }
  }

  /** As the drivers of Python do: the next server only where one cannot be reached. */
  private DatabaseReading firstThatAnswers(JdbcTarget target, Question question) {
    TimeBudget budget =
        new TimeBudget(question.tables().setup() == null ? total : patience.dividedBy(2));
    List<String> failures = new ArrayList<>();
    int servers = Math.min(target.servers().size(), MAX_SERVERS);
    for (int i = 0; i < servers && !budget.isSpent(); i++) {
      DatabaseReading reading =
          read(target, target.servers().get(i), question, budget.share(servers - i));
      if (!(reading instanceof Refused(var reason, var message))
          || reason != DATABASE_UNREACHABLE) {
        return reading;
      }
      failures.add(message);
    }
    if (failures.size() < target.servers().size()) {
      failures.add(
          "The URL names %d servers, of which the operator tried no more than these."
              .formatted(target.servers().size()));
    }
    return new Refused(DATABASE_UNREACHABLE, String.join(" ", failures));
  }

  private DatabaseReading read(
      JdbcTarget target, ServerAddress server, Question question, Duration share) {
    try (Connection connection = connect(target, server, new TimeBudget(share))) {
      VersionTableQuery query = new VersionTableQuery(connection);
      Setup setup = question.tables().setup();
      Question asked = setup == null ? question : Question.of(query.noted(setup));
      try {
        return read(target, server, asked, query);
      } catch (VersionTableGoneException e) {
        // Dropped, mostly by a migration that held its lock.
        connection.rollback();
        return read(target, server, asked, query);
      }
    } catch (VersionTableGoneException e) {
      return new Locked(
          "The version table of the " + target.at(server) + " is made and dropped all the time.");
    } catch (SQLException e) {
      return Failure.reading(e, target, server);
    }
  }

  private static DatabaseReading read(
      JdbcTarget target, ServerAddress server, Question question, VersionTableQuery query)
      throws SQLException {
    VersionTableQuery.Overview overview = query.overview(question.candidates());
    if (overview.standby()) {
      return new Refused(
          DATABASE_UNREACHABLE,
          "The "
              + target.at(server)
              + " is a standby, which cannot be migrated. Let the database's URL lead to the"
              + " primary server; during a failover, wait.");
    }
    VersionTableQuery.Content content = query.content(overview);
    VersionTables asked = question.tables();
    if (asked.areUnnamed()) {
      return new NotObservable(
          "Database %s has %d version tables that env.py migrates, and its Job could not name them: they are too many for its answer, or lie in several databases. So the operator reads none of them, and what is said of them is the Job's word."
              .formatted(overview.database(), asked.count()));
    }
    return answer(
        asked,
        content.tables(),
        query.serverVersion(),
        new DatabaseIdentity(
            content.system(), overview.database(), asked, others(question, overview, query)));
  }

  // Of one table only where it is gone: it may have been moved.
  private static @Nullable List<String> others(
      Question question, VersionTableQuery.Overview overview, VersionTableQuery query)
      throws SQLException {
    boolean isOneThatIsGone = question.tables().count() == 1 && overview.tables().isEmpty();
    return isOneThatIsGone ? query.namesakes(question.candidates().getFirst()) : overview.others();
  }

  private static DatabaseReading answer(
      VersionTables asked, List<TableRows> found, String serverVersion, DatabaseIdentity identity) {
    Map<String, TableRows> byName =
        found.stream().collect(Collectors.toMap(TableRows::table, Function.identity()));
    List<TableRows> all =
        asked.names().stream()
            .map(name -> byName.getOrDefault(name, TableRows.missing(name)))
            .toList();
    if (all.stream().anyMatch(table -> !table.isLike(all.getFirst()))) {
      return new Differing(all, identity);
    }
    List<String> rows = found.isEmpty() ? List.of() : found.getFirst().revisions();
    return new Rows(rows, !found.isEmpty(), serverVersion, identity);
  }

  private Connection connect(JdbcTarget target, ServerAddress server, TimeBudget budget)
      throws SQLException {
    try {
      return connect(properties(target, server, budget));
    } catch (PSQLException e) {
      if (!isOfAPooler(e) || budget.isSpent()) {
        throw e;
      }
      return connect(ConnectionProperties.withoutSearchPath(properties(target, server, budget)));
    }
  }

  private Properties properties(JdbcTarget target, ServerAddress server, TimeBudget budget) {
    Duration lifetime = budget.share(1);
    return ConnectionProperties.of(
        target, server, lifetime.compareTo(patience) < 0 ? lifetime : patience, lifetime, reach);
  }

  /** PgBouncer and its kin refuse a search_path in the first packet, before the login. */
  private static boolean isOfAPooler(PSQLException e) {
    return e.getServerErrorMessage() != null
        && STATES_OF_POOLERS.contains(String.valueOf(e.getSQLState()));
  }

  private Connection connect(Properties properties) throws SQLException {
    // All is in the properties: in the driver's URL a value could turn into a property.
    Connection connection = driver.connect("jdbc:postgresql://", properties);
    if (connection == null) {
      throw new IllegalStateException("The PostgreSQL driver does not take its own URL");
    }
    return connection;
  }
}
