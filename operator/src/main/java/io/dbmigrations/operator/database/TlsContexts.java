package io.dbmigrations.operator.database;

import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * What TLS connections are made with, made once for each set of certificates: to take in those of
 * all authorities that a cloud names takes longer than the handshake. Those that were used last, in
 * memory alone. Thread-safe.
 */
final class TlsContexts {

  private final RecentlyUsed<Key, SSLContext> kept;

  private record Key(Certificates certificates, boolean verifies) {}

  TlsContexts(int most) {
    kept = new RecentlyUsed<>(most);
  }

  /** The one for these, made at the first time. */
  SSLContext get(Certificates certificates, boolean verifies, Supplier<SSLContext> maker) {
    return kept.get(new Key(certificates, verifies), maker::get);
  }

  @Override
  public String toString() {
    return "TlsContexts[%d]".formatted(kept.size());
  }
}
