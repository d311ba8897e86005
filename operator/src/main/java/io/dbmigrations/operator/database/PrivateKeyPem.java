package io.dbmigrations.operator.database;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key in PEM: of PKCS #8, or as OpenSSL, Go and cert-manager write those of RSA (PKCS #1)
 * and of elliptic curves (SEC 1), which Java does not read.
 */
final class PrivateKeyPem {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ((?:RSA |EC )?)PRIVATE KEY-----([^-]+)-----END ");

  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final byte[] VERSION = {0x02, 0x01, 0x00};

  private PrivateKeyPem() {}

  /**
   * Reads it.
   *
   * @param certified the public key in the certificate, which says of which kind it is
   * @throws NotObservableException when it is none, or has a passphrase
   */
  static PrivateKey read(String pem, PublicKey certified) {
    Matcher block = BLOCK.matcher(pem);
    if (block.find() && !block.group(2).contains("ENCRYPTED")) {
      try {
        byte[] der = Base64.getMimeDecoder().decode(block.group(2));
        byte[] key = block.group(1).isEmpty() ? der : wrapped(der, certified);
        return KeyFactory.getInstance(certified.getAlgorithm())
            .generatePrivate(new PKCS8EncodedKeySpec(key));
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        throw unreadable();
      }
    }
    throw unreadable();
  }

  private static NotObservableException unreadable() {
    return new NotObservableException(
        "What spec.database.certificates.client names as key is no private key in PEM that belongs to"
            + " its certificate, or it has a passphrase, which is not supported.");
  }

  /** As PKCS #8 has it: the version, which algorithm it is for, the key. */
  private static byte[] wrapped(byte[] key, PublicKey certified) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(VERSION);
    content.writeBytes(algorithm(certified));
    content.writeBytes(element(OCTETS, key));
    return element(SEQUENCE, content.toByteArray());
  }

  /** With the curve, if it is for one: the first element of what the public key is within. */
  private static byte[] algorithm(PublicKey certified) {
    ByteBuffer info = ByteBuffer.wrap(certified.getEncoded());
    info.get();
    length(info);
    int start = info.position();
    info.get();
    int length = length(info);
    byte[] algorithm = new byte[info.position() + length - start];
    info.get(start, algorithm);
    return algorithm;
  }

  private static int length(ByteBuffer der) {
    int first = der.get() & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = (length << 8) | (der.get() & 0xff);
    }
    return length;
  }

  private static byte[] element(int tag, byte[] content) {
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    if (content.length < 0x80) {
      element.write(content.length);
    } else {
      // A key has less than 64 kB.
      element.write(0x82);
      element.write(content.length >> 8);
      element.write(content.length);
    }
    element.writeBytes(content);
    return element.toByteArray();
  }
}
