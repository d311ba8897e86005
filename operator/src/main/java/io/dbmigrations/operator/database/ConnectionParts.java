package io.dbmigrations.operator.database;

import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A connection in parts, of which the runner makes a URL for env.py; its text does not show it. */
public record ConnectionParts(
    String host, @Nullable String port, String name, String user, @Nullable String password) {

  private static final Pattern LINE_ENDS = Pattern.compile("^[\\r\\n]+|[\\r\\n]+$");

  /**
   * By their names in the resource. What whoever made a Secret left around a value, such as the
   * newline of an {@code echo}, is taken away; a password may well begin or end with a space.
   */
  public static ConnectionParts of(Map<String, String> parts) {
    String port = parts.get("port");
    String password = parts.get("password");
    return new ConnectionParts(
        required(parts, "host"),
        port == null ? null : port.strip(),
        required(parts, "name"),
        required(parts, "user"),
        password == null ? null : LINE_ENDS.matcher(password).replaceAll(""));
  }

  private static String required(Map<String, String> parts, String name) {
    return Objects.requireNonNull(parts.get(name), name).strip();
  }

  /** The URL. What can be no host is none in it either, so that whoever reads it refuses it. */
  public String url() {
    String login =
        PercentEncoding.encode(user)
            + (password == null ? "" : ":" + PercentEncoding.encode(password));
    String database = PercentEncoding.encode(name);
    if (host.startsWith("/")) {
      return "postgresql://%s@/%s?host=%s".formatted(login, database, PercentEncoding.encode(host));
    }
    String withPort = port == null ? "" : ":" + PercentEncoding.encode(port);
    return "postgresql://%s@%s%s/%s".formatted(login, written(host), withPort, database);
  }

  private static String written(String host) {
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    return ServerAddress.isIpv6(bare) ? "[" + bare + "]" : PercentEncoding.encode(host);
  }

  @Override
  public String toString() {
    return "ConnectionParts[…]";
  }
}
