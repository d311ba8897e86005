package io.dbmigrations.operator.database;

import java.util.regex.Pattern;

/**
 * Where a server listens: a name or a literal address, nothing that could mean something else.
 *
 * @param name as the URL calls it, and so its certificate
 */
record ServerAddress(String host, int port, String name) {
  static final int DEFAULT_PORT = 5432;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,253}");
  private static final Pattern IPV6 =
      Pattern.compile("(?=.*:.*:)[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9]{1,15})?");

  ServerAddress(String host, int port) {
    this(host, port, host);
  }

  ServerAddress {
    if (host.startsWith("/") || host.startsWith("@")) {
      throw new NotObservableException(
          "The database URL leads to a Unix socket, which only the migration's own Pod can reach.");
    }
    if (!NAME.matcher(host).matches() && !isIpv6(host)) {
      // The text is not shown: after a mistake it is a part of the password.
      throw new NotObservableException(
          "The host in the database URL is neither a name nor an address alone; the characters"
              + " @ : / ? # in a password must be percent-encoded.");
    }
    if (port < 1 || port > 65535) {
      throw new NotObservableException("The port in the database URL is not between 1 and 65535.");
    }
  }

  /**
   * The same server as a Pod of that namespace finds it. A name without a dot is, there, that of a
   * Service beside it; here it would be that of one beside the operator, if of any.
   */
  ServerAddress from(String namespace) {
    boolean simple = !host.contains(".") && !isIpv6(host) && !host.equalsIgnoreCase("localhost");
    return simple ? new ServerAddress("%s.%s.svc".formatted(host, namespace), port, name) : this;
  }

  static boolean isIpv6(String host) {
    return IPV6.matcher(host).matches();
  }

  @Override
  public String toString() {
    return (isIpv6(host) ? "[" + host + "]" : host) + ":" + port;
  }
}
