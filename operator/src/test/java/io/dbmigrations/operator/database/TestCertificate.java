package io.dbmigrations.operator.database;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** A key and a certificate that nobody else signed, as PostgreSQL's packages make them. */
record TestCertificate(KeyStore store) {
  private static final String PASSWORD = "changeit";
  private static final String ALIAS = "one";

  static SSLContext create(Path directory) throws Exception {
    return make(directory, "EC").context();
  }

  /** One with these extensions of keytool's, such as {@code san=ip:127.0.0.1}. */
  static TestCertificate make(Path directory, String algorithm, String... extensions)
      throws Exception {
    Path file = directory.resolve(UUID.randomUUID() + ".p12");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            ALIAS,
            "-keyalg",
            algorithm,
            "-dname",
            "CN=test",
            "-storetype",
            "PKCS12",
            "-keystore",
            file.toString(),
            "-storepass",
            PASSWORD);
    Stream<String> more = Stream.of(extensions).flatMap(one -> Stream.of("-ext", one));
    Process keytool =
        new ProcessBuilder(Stream.concat(command.stream(), more).toList()).inheritIO().start();
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException("keytool made no certificate");
    }
    return new TestCertificate(KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray()));
  }

  /** A server that has it, and asks those managers about its clients. */
  SSLContext context(TrustManager... trust) throws IOException, GeneralSecurityException {
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), trust.length == 0 ? null : trust, null);
    return context;
  }

  Certificate certificate() throws GeneralSecurityException {
    return store.getCertificate(ALIAS);
  }

  String pem() throws GeneralSecurityException {
    return pem("CERTIFICATE", certificate().getEncoded());
  }

  byte[] key() throws GeneralSecurityException {
    return store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded();
  }

  static String pem(String kind, byte[] der) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, lines, kind);
  }
}
