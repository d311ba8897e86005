package io.dbmigrations.operator.database;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What of a tenant's URL is used to connect: these few typed values, and nothing else of it. The
 * JDBC driver loads classes, reads files and writes logs as its properties say, so not one property
 * is passed on by name.
 */
record JdbcTarget(
    List<ServerAddress> servers,
    String user,
    Optional<String> password,
    Optional<String> passwordAsWritten,
    String database,
    SslMode sslMode,
    Certificates certificates,
    ChannelBinding channelBinding) {

  /** Those that verify do so with the resource's certificates, never with those of an image. */
  enum SslMode {
    DISABLE,
    ALLOW,
    PREFER,
    REQUIRE,
    VERIFY_CA,
    VERIFY_FULL;

    boolean verifies() {
      return this == VERIFY_CA || this == VERIFY_FULL;
    }
  }

  enum ChannelBinding {
    DISABLE,
    PREFER,
    REQUIRE
  }

  private static final Set<String> DRIVERS =
      Set.of("", "+asyncpg", "+pg8000", "+psycopg", "+psycopg_async", "+psycopg2", "+psycopg2cffi");

  /** Options that decide which server is reached, or whether it lets one in, by other means. */
  private static final Set<String> DECIDED_ELSEWHERE =
      Set.of(
          "dsn",
          "direct_tls",
          "hostaddr",
          "passfile",
          "require_auth",
          "service",
          "servicefile",
          "sslcert",
          "sslcrl",
          "sslcrldir",
          "sslkey",
          "sslpassword",
          "sslrootcert",
          "unix_sock");

  static JdbcTarget of(DatabaseUrl url, Certificates certificates) {
    checkDialect(url.driverName());
    checkOptions(url);
    String user =
        url.option("user")
            .or(url::user)
            .orElseThrow(() ->
                new NotObservableException(
                    "The database URL names no user, so the driver takes a setting of the"
                        + " migration's own Pod."));
    return new JdbcTarget(
        ServerAddresses.of(url),
        withoutNul(user),
        url.option("password").or(url::password).map(JdbcTarget::withoutNul),
        url.passwordAsWritten(),
        withoutNul(
            url.option("dbname")
                .or(() -> url.option("database"))
                .or(url::database)
                .orElseThrow(() ->
                    new NotObservableException(
                        "The database URL names no database, so the driver takes a setting of the"
                            + " migration's own Pod, or the user's name."))),
        sslMode(url, certificates),
        certificates,
        channelBinding(url));
  }

  /** The same servers as a Pod of that namespace finds them by these names. */
  JdbcTarget from(String namespace) {
    return new JdbcTarget(
        servers.stream().map(server -> server.from(namespace)).toList(),
        user,
        password,
        passwordAsWritten,
        database,
        sslMode,
        certificates,
        channelBinding);
  }

  private static void checkDialect(String driverName) {
    String driver = driverName.replaceFirst("^postgres(ql)?", "");
    if (driver.equals(driverName) || !DRIVERS.contains(driver)) {
      throw new NotObservableException(
          "The operator reads PostgreSQL alone, by the drivers asyncpg, psycopg, psycopg2 and"
              + " pg8000; the database URL's scheme is "
              + Text.brief(driverName, 40)
              + ".");
    }
  }

  private static void checkOptions(DatabaseUrl url) {
    for (String name : DECIDED_ELSEWHERE) {
      if (url.query().containsKey(name)) {
        throw new NotObservableException(
            "The database URL has the option "
                + name
                + ", which only the migration's own Pod can honour.");
      }
    }
    if (url.option("options").filter(value -> value.contains("role")).isPresent()) {
      throw new NotObservableException(
          "The database URL's option options sets a role, which the operator does not take on.");
    }
    if (url.option("gssencmode").filter("require"::equals).isPresent()
        || url.option("sslnegotiation").filter("direct"::equals).isPresent()) {
      throw new NotObservableException(
          "The database URL asks for an encryption that the operator does not speak"
              + " (gssencmode=require or sslnegotiation=direct).");
    }
  }

  /**
   * libpq and asyncpg prefer TLS where nothing is said, and check certificates only when told: by
   * the mode, or by a root certificate, with which they check its signature where TLS is required.
   */
  private static SslMode sslMode(DatabaseUrl url, Certificates certificates) {
    boolean verify = certificates.verify();
    String mode =
        url.option("sslmode").or(() -> url.option("ssl")).orElse(verify ? "verify-full" : "prefer");
    return switch (mode) {
      case "disable" -> SslMode.DISABLE;
      case "allow" -> SslMode.ALLOW;
      case "prefer" -> SslMode.PREFER;
      case "require", "true" -> verify ? SslMode.VERIFY_CA : SslMode.REQUIRE;
      case "verify-ca", "verify-full" -> {
        if (!verify) {
          throw new NotObservableException(
              "The database URL asks for TLS with "
                  + mode
                  + ", and the certificates to verify with are in the migration's image. Name them in"
                  + " spec.database.certificates.ca for the operator to read as well.");
        }
        yield mode.equals("verify-ca") ? SslMode.VERIFY_CA : SslMode.VERIFY_FULL;
      }
      default ->
          throw new NotObservableException(
              "The database URL's sslmode or ssl is none of disable, allow, prefer, require,"
                  + " verify-ca, verify-full.");
    };
  }

  private static ChannelBinding channelBinding(DatabaseUrl url) {
    return switch (url.option("channel_binding").orElse("prefer")) {
      case "disable" -> ChannelBinding.DISABLE;
      case "prefer" -> ChannelBinding.PREFER;
      case "require" -> ChannelBinding.REQUIRE;
      default ->
          throw new NotObservableException(
              "The database URL's channel_binding is none of disable, prefer, require.");
    };
  }

  /** The protocol ends strings by NUL: what follows one would be read as further parameters. */
  private static String withoutNul(String value) {
    if (value.indexOf('\0') >= 0) {
      throw new NotObservableException("The database URL contains an encoded NUL (%00).");
    }
    return value;
  }

  /** For the words of others: without the password, with what the URL names besides. */
  PasswordMask mask() {
    Stream<String> places =
        servers.stream().flatMap(server -> Stream.of(server.host(), "" + server.port()));
    return new PasswordMask(
        Stream.concat(password.stream(), passwordAsWritten.stream()).collect(toUnmodifiableSet()),
        Stream.concat(Stream.of(user, database), places).toList());
  }

  /** For messages: which database, where, as whom. */
  String at(ServerAddress server) {
    return "database \"%s\" on %s as user \"%s\""
        .formatted(Text.brief(database, 63), server, Text.brief(user, 63));
  }

  @Override
  public String toString() {
    return "JdbcTarget[%s, password redacted]".formatted(at(servers.getFirst()));
  }
}
