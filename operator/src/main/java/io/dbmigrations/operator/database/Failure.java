package io.dbmigrations.operator.database;

import static io.dbmigrations.api.v1alpha1.Reason.AUTHENTICATION_FAILED;
import static io.dbmigrations.api.v1alpha1.Reason.DATABASE_MISSING;
import static io.dbmigrations.api.v1alpha1.Reason.DATABASE_UNREACHABLE;
import static io.dbmigrations.api.v1alpha1.Reason.PERMISSION_DENIED;
import static io.dbmigrations.api.v1alpha1.Reason.ROLE_MISSING;

import io.dbmigrations.operator.database.DatabaseReading.Locked;
import io.dbmigrations.operator.database.DatabaseReading.NotObservable;
import io.dbmigrations.operator.database.DatabaseReading.Refused;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import javax.net.ssl.SSLHandshakeException;
import org.postgresql.util.PSQLException;

/**
 * What an error of the driver or the server means. What is neither the database's being away nor a
 * plain no is not observable: the operator's own difficulty in reading must not hold up a migration
 * that would work.
 */
final class Failure {
  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final String ROLE_REFUSED = "28000";
  private static final String QUERY_CANCELED = "57014";
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  /** The driver's own, not a server's: a way of logging in that it has not, or must not use. */
  private static final String CONNECTION_REJECTED = "08004";

  private Failure() {}

  static DatabaseReading reading(SQLException e, JdbcTarget target, ServerAddress server) {
    PasswordMask mask = target.mask();
    return switch (told(e, target, server)) {
      case Refused(var reason, var message) -> new Refused(reason, mask.clean(message));
      case Locked(var message) -> new Locked(mask.clean(message));
      case NotObservable(var message) -> new NotObservable(mask.clean(message));
      case DatabaseReading.Rows rows -> rows;
      case DatabaseReading.Differing differing -> differing;
    };
  }

  private static DatabaseReading told(SQLException e, JdbcTarget target, ServerAddress server) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    String where = target.at(server);
    if (cause(e, Reach.OwnAddressException.class)) {
      return new NotObservable(
          "The host of the "
              + where
              + " is the Pod itself or its node, which for the operator is another one than for the"
              + " migration.");
    }
    return switch (state) {
      case CONNECTION_REJECTED ->
          new NotObservable(
              "The operator cannot log in to the "
                  + where
                  + " as the server asks: "
                  + words(e, target)
                  + ".");
      case INSUFFICIENT_PRIVILEGE ->
          new Refused(
              PERMISSION_DENIED,
              "The "
                  + where
                  + " cannot be read: "
                  + words(e, target)
                  + ". Grant the user "
                  // At the login alone it is in quotes.
                  + (words(e, target).contains('"' + target.database() + '"')
                      ? "CONNECT on the database."
                      : "SELECT on the version table and USAGE on its schema."));
      case LOCK_NOT_AVAILABLE ->
          new Locked(
              "Another session locks the version table of the "
                  + where
                  + ", probably a migration that runs.");
      case QUERY_CANCELED ->
          new Refused(
              DATABASE_UNREACHABLE,
              "The " + where + " was too slow to answer: " + words(e, target) + ".");
      default -> byClass(e, state, target, where);
    };
  }

  private static DatabaseReading byClass(
      SQLException e, String state, JdbcTarget target, String where) {
    return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
      case "08" -> unreachable(e, target, where);
      case "28" -> authenticationFailed(e, target, where);
      case "3D" ->
          new Refused(
              DATABASE_MISSING,
              "The "
                  + where
                  + " does not exist: "
                  + words(e, target)
                  + ". Create it, or correct the database's URL.");
      // Too many connections, not accepting any, shutting down, starting up, broken.
      case "53", "55", "57", "58", "XX" ->
          new Refused(
              DATABASE_UNREACHABLE,
              "The " + where + " cannot be asked now: " + words(e, target) + " (" + state + ").");
      default ->
          new NotObservable(
              "The " + where + " cannot be read: " + words(e, target) + " (" + state + ").");
    };
  }

  private static DatabaseReading authenticationFailed(
      SQLException e, JdbcTarget target, String where) {
    if (isRoleMissing(e)) {
      return new Refused(
          ROLE_MISSING,
          "The user of the "
              + where
              + " does not exist: "
              + words(e, target)
              + ". Create the role, or correct the database's URL.");
    }
    if (words(e, target).contains("certificate")) {
      return new Refused(
          AUTHENTICATION_FAILED,
          "No login to the "
              + where
              + ": "
              + words(e, target)
              + ". Correct the certificate in spec.database.certificates.client, whose common name"
              + " is to be the role's, or pg_hba.conf of the server.");
    }
    if (target.password().isEmpty()) {
      return new NotObservable(
          "The database's URL has no password for the "
              + where
              + ", and the server asks for one; only the migration's own Pod can have it from"
              + " elsewhere.");
    }
    return new Refused(
        AUTHENTICATION_FAILED,
        "No login to the "
            + where
            + ": "
            + words(e, target)
            + (ROLE_REFUSED.equals(e.getSQLState())
                ? ". Let the role log in (ALTER ROLE … LOGIN), and pg_hba.conf of the server let it in"
                    + " from here; or correct the user in the Secret."
                : ". Correct the user or the password in the Secret, or in the database; a role that"
                    + " does not exist yet is refused in the same way."));
  }

  /**
   * Where a password is asked for, the server does not tell a missing role from a wrong password.
   * The state is that of other refusals too, so the words decide; those in another language than
   * English are an ordinary refusal.
   */
  private static boolean isRoleMissing(SQLException e) {
    return ROLE_REFUSED.equals(e.getSQLState())
        && e.getMessage() != null
        && e.getMessage().contains("role \"")
        && e.getMessage().contains("\" does not exist");
  }

  private static Refused unreachable(SQLException e, JdbcTarget target, String where) {
    String why;
    if (cause(e, UnknownHostException.class)) {
      why =
          "the host is unknown. Check the host in the database's URL, and that its Service exists.";
    } else if (cause(e, SSLHandshakeException.class) || cause(e, CertificateException.class)) {
      why =
          "its TLS does not pass: "
              + words(e, target)
              + ". See whether the authority in spec.database.certificates.ca has signed its"
              + " certificate, and whether that names the host that the URL has and has not expired.";
    } else if (cause(e, SocketTimeoutException.class)) {
      why =
          "it did not answer in time. Check the host and port in the database's URL, network policies"
              + " (the operator's namespace must be let in too), and that the server runs.";
    } else if (cause(e, ConnectException.class)) {
      why =
          "the connection was refused. Check the port in the database's URL, and that the server"
              + " runs.";
    } else {
      why = words(e, target) + ".";
    }
    return new Refused(DATABASE_UNREACHABLE, "The " + where + " cannot be reached: " + why);
  }

  /**
   * A server that asked for the password as it is can say it, and the driver may quote what it was
   * given: no piece of it is repeated.
   *
   * <p>The server's words alone where there are some, else the driver's with those of the cause.
   */
  private static String words(SQLException e, JdbcTarget target) {
    if (e instanceof PSQLException p
        && p.getServerErrorMessage() != null
        && p.getServerErrorMessage().getMessage() != null) {
      return Text.brief(target.mask().clean(p.getServerErrorMessage().getMessage()), 300);
    }
    Throwable cause = e.getCause();
    String words = e.getMessage() + (cause == null ? "" : " " + cause.getMessage());
    return Text.brief(target.mask().clean(words), 300).replaceFirst("\\.$", "");
  }

  private static boolean cause(Throwable e, Class<? extends Throwable> type) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
