package io.dbmigrations.operator.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * What was seen of an API server that gave no answer with a status, and what to do: that it does
 * not answer is only one of the causes.
 */
final class NoAnswer {

  private NoAnswer() {}

  /**
   * In words.
   *
   * @param question what it was asked for
   */
  static String words(String server, String question, Throwable failure) {
    List<Throwable> causes = Stream.iterate(failure, e -> e != null, Throwable::getCause).toList();
    if (has(causes, JsonProcessingException.class)) {
      // Without the parser's words, which show a part of the answer.
      return "what answers %s at %s cannot be read as an API server's answer: see that the address is that of the API server, and that no proxy answers in its place"
          .formatted(question, server);
    }
    if (has(causes, SSLException.class) || has(causes, CertificateException.class)) {
      return "no TLS connection to the API server at %s comes about (%s): see that the authority which the Pod is given (ca.crt beside the token of its ServiceAccount) is that of the API server, that the certificate has that name and has not expired, and that nothing in between ends the TLS"
          .formatted(server, RootCause.of(failure));
    }
    return has(causes, IOException.class)
        ? "the API server at %s does not answer (%s): see that it runs, and that no NetworkPolicy keeps the operator from it"
            .formatted(server, RootCause.of(failure))
        : "the operator's client failed at %s of the API server at %s (%s): report it with the operator's log"
            .formatted(question, server, RootCause.of(failure));
  }

  private static boolean has(List<Throwable> causes, Class<?> type) {
    return causes.stream().anyMatch(type::isInstance);
  }
}
