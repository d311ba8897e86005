package io.dbmigrations.operator.client;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Reader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens the logs of containers. The client's own way to a log first watches the Pod until that is
 * ready, which takes rights and time, and a Pod that has ended never is.
 */
public final class PodLogs {

  private static final int ANSWER_SECONDS = 5;

  private final KubernetesClient client;

  public PodLogs(KubernetesClient client) {
    this.client = client;
  }

  /**
   * The log of a container, as the kubelet has it.
   *
   * @param options of the request for it, such as {@code tailLines=10}
   * @throws KubernetesClientException where the API server says no
   * @throws IOException where it says nothing
   */
  public Reader open(String namespace, String pod, String container, String options)
      throws IOException {
    String path =
        "api/v1/namespaces/%s/pods/%s/log?container=%s&%s"
            .formatted(namespace, pod, container, options);
    HttpRequest request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(client.getMasterUrl() + path)
            .timeout(ANSWER_SECONDS, TimeUnit.SECONDS)
            .build();
    HttpResponse<Reader> response = answer(request);
    if (!response.isSuccessful()) {
      response.body().close();
      throw new KubernetesClientException(
          "the log of Pod %s: HTTP %d".formatted(pod, response.code()), response.code(), null);
    }
    return new BufferedReader(response.body());
  }

  private HttpResponse<Reader> answer(HttpRequest request) throws IOException {
    try {
      return client
          .getHttpClient()
          .sendAsync(request, Reader.class)
          .get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the operator stops");
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("no answer: " + e.getMessage(), e);
    }
  }
}
