package io.dbmigrations.e2e.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** A key for 127.0.0.1 and its certificate, made by the JDK's keytool. */
record Certificate(Path store, String password) {
  private static final String ALIAS = "proxy";

  static Certificate create(Path directory) {
    var certificate = new Certificate(directory.resolve("proxy.p12"), "proxy-store");
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias=" + ALIAS,
            "-keyalg=EC",
            "-dname=CN=fault-proxy",
            "-ext=san=ip:127.0.0.1",
            "-ext=bc:critical=ca:true",
            "-validity=30",
            "-storetype=PKCS12",
            "-keystore=" + certificate.store,
            "-storepass=" + certificate.password);
    try {
      Files.deleteIfExists(certificate.store);
      var arguments = command.stream().flatMap(Certificate::split).toList();
      var process = new ProcessBuilder(arguments).inheritIO().start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("keytool made no certificate");
      }
    } catch (IOException e) {
      throw new IllegalStateException("keytool cannot be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while keytool ran", e);
    }
    return certificate;
  }

  /** keytool takes an option's value as an argument of its own. */
  private static java.util.stream.Stream<String> split(String argument) {
    return java.util.stream.Stream.of(argument.split("=", 2));
  }

  /** As a kubeconfig wants it. */
  String pem() {
    try {
      var loaded = KeyStore.getInstance(store.toFile(), password.toCharArray());
      var encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
      return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
          .formatted(encoder.encodeToString(loaded.getCertificate(ALIAS).getEncoded()));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the certificate cannot be read", e);
    }
  }
}
