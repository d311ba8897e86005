package io.dbmigrations.operator.database;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The servers that a URL names, in the order in which they are tried. As in SQLAlchemy, the option
 * {@code host} overrides the URL's host and comes in three forms: {@code host=a:1&host=b:2}, {@code
 * host=a,b&port=1,2} and {@code host=a:1}.
 */
final class ServerAddresses {
  private ServerAddresses() {}

  static List<ServerAddress> of(DatabaseUrl url) {
    List<String> hosts = url.query().getOrDefault("host", List.of());
    if (hosts.size() > 1) {
      return hosts.stream().map(host -> withPort(host, ServerAddress.DEFAULT_PORT)).toList();
    }
    int port = url.port().orElse(ServerAddress.DEFAULT_PORT);
    if (hosts.isEmpty()) {
      String host =
          url.host()
              .orElseThrow(() ->
                  new NotObservableException(
                      "The database URL names no host, so the driver takes a socket or a"
                          + " setting of the migration's own Pod."));
      return zip(host.split(",", -1), url.option("port"), port);
    }
    String host = hosts.getFirst();
    if (host.contains(",")) {
      return zip(host.split(",", -1), url.option("port"), ServerAddress.DEFAULT_PORT);
    }
    return url.option("port").isPresent()
        ? zip(new String[] {host}, url.option("port"), port)
        : List.of(withPort(host, port));
  }

  private static List<ServerAddress> zip(
      String[] hosts, Optional<String> portOption, int defaultPort) {
    List<Integer> ports =
        portOption.stream()
            .flatMap(option -> Arrays.stream(option.split(",", -1)))
            .map(port -> port.isEmpty() ? defaultPort : DatabaseUrl.port(port))
            .toList();
    if (ports.size() > 1 && ports.size() != hosts.length) {
      throw new NotObservableException("The database URL does not name as many ports as hosts.");
    }
    return IntStream.range(0, hosts.length)
        .mapToObj(i ->
            new ServerAddress(
                hosts[i], ports.isEmpty() ? defaultPort : ports.get(Math.min(i, ports.size() - 1))))
        .toList();
  }

  private static ServerAddress withPort(String host, int defaultPort) {
    int colon = host.indexOf(':');
    return colon < 0 || host.startsWith("/") || ServerAddress.isIpv6(host)
        ? new ServerAddress(host, defaultPort)
        : new ServerAddress(
            host.substring(0, colon),
            colon == host.length() - 1 ? defaultPort : DatabaseUrl.port(host.substring(colon + 1)));
  }
}
