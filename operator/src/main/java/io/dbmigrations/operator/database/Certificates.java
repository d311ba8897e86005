package io.dbmigrations.operator.database;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.ssl.NonValidatingFactory.NonValidatingTM;

/**
 * Certificates of a resource in PEM, which stay in memory; their text form does not show them.
 *
 * @param ca those that the server's has to be signed by
 * @param client that by which the role logs in
 * @param clientKey its private key
 */
public record Certificates(
    @Nullable String ca, @Nullable String client, @Nullable String clientKey) {

  public static final Certificates NONE = new Certificates(null, null, null);

  // A cloud's bundle, which many resources name, makes hundreds of kilobytes of each.
  private static final TlsContexts CONTEXTS = new TlsContexts(50);

  // Of stores that are in memory alone.
  private static final char[] NO_PASSWORD = {'-'};

  int length() {
    return Stream.of(ca, client, clientKey).filter(Objects::nonNull).mapToInt(String::length).sum();
  }

  /** Whether a server can be verified with them. */
  boolean verify() {
    return ca != null;
  }

  /**
   * Looks whether they can be read, before a connection that fails is blamed.
   *
   * @throws NotObservableException when they cannot
   */
  void check() {
    if (!equals(NONE)) {
      context(verify());
    }
  }

  /**
   * What a connection is made with.
   *
   * @param verifies whether the server's certificate has to be signed by one of these
   * @throws NotObservableException when they cannot be read
   */
  SSLContext context(boolean verifies) {
    return CONTEXTS.get(this, verifies, () -> make(verifies));
  }

  private SSLContext make(boolean verifies) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      TrustManager[] trust =
          verifies && ca != null ? trust(ca) : new TrustManager[] {new NonValidatingTM()};
      context.init(
          client == null || clientKey == null ? null : keys(client, clientKey), trust, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("Every Java platform has TLS and such a store", e);
    }
  }

  private static TrustManager[] trust(String ca) throws GeneralSecurityException, IOException {
    KeyStore store = empty();
    List<Certificate> certificates = certificates(ca, "ca");
    for (int i = 0; i < certificates.size(); i++) {
      store.setCertificateEntry("ca" + i, certificates.get(i));
    }
    TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
    managers.init(store);
    return managers.getTrustManagers();
  }

  private static KeyManager[] keys(String client, String clientKey)
      throws GeneralSecurityException, IOException {
    List<Certificate> chain = certificates(client, "client");
    PrivateKey key = PrivateKeyPem.read(clientKey, chain.getFirst().getPublicKey());
    KeyStore store = empty();
    store.setKeyEntry("client", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(store, NO_PASSWORD);
    return managers.getKeyManagers();
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    // It never leaves the memory; PKCS #12 would encrypt a key by ten thousand rounds of hashing.
    KeyStore store = KeyStore.getInstance("JKS");
    store.load(null, null);
    return store;
  }

  private static List<Certificate> certificates(String pem, String field) {
    List<Certificate> found = new ArrayList<>();
    try {
      found.addAll(
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8))));
    } catch (CertificateException _) {
      // Its message may have a part of what it was given; that nothing was found says it all.
      found.clear();
    }
    if (found.isEmpty()) {
      throw new NotObservableException(
          "What spec.database.certificates.%s names is no certificate in PEM (-----BEGIN CERTIFICATE-----)."
              .formatted(field));
    }
    return found;
  }

  @Override
  public String toString() {
    return "Certificates[…]";
  }
}
