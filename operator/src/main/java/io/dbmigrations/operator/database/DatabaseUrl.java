package io.dbmigrations.operator.database;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A SQLAlchemy URL, taken apart as {@code sqlalchemy.engine.make_url} does. The operator must reach
 * what the migration reaches, so its oddities are kept: a password may contain slashes and colons,
 * a plus is a space only in the query, options without a value are dropped, a host is not decoded.
 */
record DatabaseUrl(
    String driverName,
    Optional<String> user,
    Optional<String> password,
    Optional<String> passwordAsWritten,
    Optional<String> host,
    Optional<Integer> port,
    Optional<String> database,
    Map<String, List<String>> query) {

  private static final Pattern SYNTAX =
      Pattern.compile(
          """
          (?<name>[\\w+]+)://
          (?:(?<user>[^:/]*)(?::(?<password>[^@]*))?@)?
          (?:\\[(?<ipv6>[^/?]+)]|(?<host>[^/:?]+))?
          (?::(?<port>[^/?]*))?
          (?:/(?<database>[^?]*))?
          (?:\\?(?<query>.*))?
          """,
          Pattern.COMMENTS | Pattern.DOTALL);

  /**
   * White space around the URL is dropped. SQLAlchemy keeps it, so that the newline of an {@code
   * echo} becomes part of the database's name; but settings classes such as Pydantic's strip it,
   * and then the migration works. No database can be confused with another by it.
   */
  static DatabaseUrl parse(String text) {
    String url = text.strip();
    if (url.indexOf('@') != url.lastIndexOf('@')) {
      // Where the second one is taken for a host or a database, a part of the password would be
      // shown.
      throw new NotObservableException(
          "The database URL has more than one @: in a user, password, database or option it must be"
              + " written %40.");
    }
    Matcher parts = SYNTAX.matcher(url);
    if (!parts.matches()) {
      throw new NotObservableException(
          "The database URL is not of SQLAlchemy's form"
              + " postgresql+driver://user:password@host:port/database.");
    }
    if (url.indexOf('@') >= 0 && parts.group("user") == null) {
      // As above: behind a slash in place of the colon, the password would be the database.
      throw new NotObservableException(
          "The database URL has an @ that ends no user:password: in a user, password, database or"
              + " option it must be written %40, and / must be %2F.");
    }
    return new DatabaseUrl(
        parts.group("name"),
        group(parts, "user").map(PercentEncoding::decode),
        group(parts, "password").map(PercentEncoding::decode),
        group(parts, "password"),
        group(parts, "host").or(() -> group(parts, "ipv6")),
        group(parts, "port").map(DatabaseUrl::port),
        group(parts, "database").map(PercentEncoding::decode),
        options(group(parts, "query").orElse("")));
  }

  /** The last value of an option, since a later one overrides. */
  Optional<String> option(String name) {
    return Optional.ofNullable(query.get(name)).map(List::getLast);
  }

  static int port(String text) {
    // The text is not shown: after a mistake it is a part of the password.
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65535) {
      throw new NotObservableException(
          "The port in the database URL is not a number up to 65535; the characters @ : / ? # in a"
              + " password must be percent-encoded.");
    }
    return Integer.parseInt(text);
  }

  private static Optional<String> group(Matcher parts, String name) {
    return Optional.ofNullable(parts.group(name)).filter(value -> !value.isEmpty());
  }

  private static Map<String, List<String>> options(String query) {
    Map<String, List<String>> options = new LinkedHashMap<>();
    for (String option : query.split("&", -1)) {
      int equals = option.indexOf('=');
      if (equals > 0 && equals < option.length() - 1) {
        String name = PercentEncoding.decode(option.substring(0, equals).replace('+', ' '));
        String value = PercentEncoding.decode(option.substring(equals + 1).replace('+', ' '));
        options.merge(
            name, List.of(value), (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
      }
    }
    return options;
  }

  @Override
  public String toString() {
    return "DatabaseUrl[redacted]";
  }
}
