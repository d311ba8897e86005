package io.dbmigrations.operator.database;

import static io.dbmigrations.api.v1alpha1.Reason.DATABASE_UNREACHABLE;

import io.dbmigrations.operator.database.DatabaseReading.NotObservable;
import io.dbmigrations.operator.database.DatabaseReading.Refused;
import io.dbmigrations.operator.database.DatabaseReading.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads Alembic's version table over JDBC: one short connection a call, at most about 15 seconds
 * for each server that the URL names. Thread-safe.
 *
 * <p>The URL is a tenant's, and so may be the server behind it: see {@link JdbcTarget} for what of
 * the URL is used, and {@link ShortLivedSocket} for what the server may do.
 */
public final class VersionTableReader {
  private static final Logger LOG = LoggerFactory.getLogger(VersionTableReader.class);

  private final Driver driver = new Driver();
  private final Duration patience;
  private final Reach reach;

  public VersionTableReader() {
    this(Duration.ofSeconds(5), Reach.OTHER_HOSTS);
  }

  VersionTableReader(Duration patience, Reach reach) {
    this.patience = patience;
    this.reach = reach;
  }

  /**
   * Reads the table that the runner reported as {@code schema.table}; without one it only finds out
   * whether the database lets the user in.
   */
  public DatabaseReading read(String sqlalchemyUrl, @Nullable String versionTable) {
    try {
      JdbcTarget target = JdbcTarget.of(DatabaseUrl.parse(sqlalchemyUrl));
      List<VersionTableName> names =
          versionTable == null ? List.of() : VersionTableName.candidates(versionTable);
      return firstThatAnswers(target, names);
    } catch (NotObservableException e) {
      return e.toReading();
    } catch (RuntimeException e) {
      LOG.warn("Reading a version table, the PostgreSQL driver failed on an answer", e);
      return new NotObservable("The PostgreSQL driver failed on an answer of the database.");
    }
  }

  /** As the drivers of Python do: the next server only where one cannot be reached. */
  private DatabaseReading firstThatAnswers(JdbcTarget target, List<VersionTableName> names) {
    List<String> failures = new ArrayList<>();
    for (ServerAddress server : target.servers()) {
      DatabaseReading reading = read(target, server, names);
      if (!(reading instanceof Refused(var reason, var message))
          || reason != DATABASE_UNREACHABLE) {
        return reading;
      }
      failures.add(message);
    }
    return new Refused(DATABASE_UNREACHABLE, String.join(" ", failures));
  }

  private DatabaseReading read(
      JdbcTarget target, ServerAddress server, List<VersionTableName> names) {
    try (Connection connection = connect(target, server)) {
      VersionTableQuery query = new VersionTableQuery(connection);
      if (query.isStandby()) {
        return new Refused(
            DATABASE_UNREACHABLE,
            "The "
                + target.at(server)
                + " is a standby, which cannot be migrated. Let the Secret's URL lead to the"
                + " primary server; during a failover, wait.");
      }
      List<String> rows = query.rows(names);
      String version = connection.getMetaData().getDatabaseProductVersion();
      return new Rows(
          rows,
          !rows.isEmpty(),
          Text.brief(version.split(" ", 2)[0], 20),
          new DatabaseIdentity(null, target.database(), null));
    } catch (SQLException e) {
      return Failure.reading(e, target, server);
    }
  }

  private Connection connect(JdbcTarget target, ServerAddress server) throws SQLException {
    // All is in the properties: in the driver's URL a value could turn into a property.
    Connection connection =
        driver.connect(
            "jdbc:postgresql://", ConnectionProperties.of(target, server, patience, reach));
    if (connection == null) {
      throw new IllegalStateException("The PostgreSQL driver does not take its own URL");
    }
    return connection;
  }
}
