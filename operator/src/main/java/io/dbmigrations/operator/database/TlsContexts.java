package io.dbmigrations.operator.database;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What TLS connections are made with, made once for each set of certificates: to take in those of
 * all authorities that a cloud names takes longer than the handshake. Those that were used last, in
 * memory alone. Thread-safe.
 */
final class TlsContexts {

  private final Map<Key, SSLContext> kept;

  private record Key(Certificates certificates, boolean verifies) {}

  TlsContexts(int most) {
    kept =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, SSLContext> eldest) {
            return size() > most;
          }
        };
  }

  /** The one for these, made at the first time. */
  SSLContext get(Certificates certificates, boolean verifies, Supplier<SSLContext> maker) {
    Key key = new Key(certificates, verifies);
    SSLContext found = find(key);
    if (found == null) {
      found = maker.get();
      put(key, found);
    }
    return found;
  }

  private synchronized @Nullable SSLContext find(Key key) {
    return kept.get(key);
  }

  private synchronized void put(Key key, SSLContext made) {
    kept.put(key, made);
  }

  @Override
  public synchronized String toString() {
    return "TlsContexts[%d]".formatted(kept.size());
  }
}
