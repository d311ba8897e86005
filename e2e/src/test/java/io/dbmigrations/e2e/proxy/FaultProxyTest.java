package io.dbmigrations.e2e.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The proxy before a server that only notes what it is asked. */
class FaultProxyTest {
  private static final String JOBS = "/apis/batch/v1/namespaces/shop/jobs";

  @TempDir private Path directory;

  private final List<String> received = new CopyOnWriteArrayList<>();
  private final List<String> victim = new CopyOnWriteArrayList<>();
  private final Vertx vertx = Vertx.vertx();
  private FaultProxy proxy;
  private HttpClient client;
  private String url;

  @BeforeEach
  void start() throws Exception {
    var store = Certificate.create(Files.createDirectory(directory.resolve("server")));
    var server = server(store);
    var config =
        new ConfigBuilder()
            .withMasterUrl("https://127.0.0.1:" + server.actualPort())
            .withCaCertData(
                Base64.getEncoder().encodeToString(store.pem().getBytes(StandardCharsets.UTF_8)))
            .build();
    proxy = new FaultProxy(vertx, config, directory, new NotingVictim());
    url = proxy.start();
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .sslContext(trusting(directory.resolve("proxy.p12")))
            .build();
  }

  @AfterEach
  void stop() {
    client.close();
    proxy.close();
    vertx.close();
  }

  @Test
  void whatNoRuleIsAboutPasses() throws Exception {
    var answer = create();

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(received).containsExactly("POST " + JOBS);
  }

  @Test
  void theNthOfThoseRequestsIsAnsweredAndNotForwarded() throws Exception {
    var rule = Rule.nth(2, "create", ".*/jobs", new Action.Answer(429, Duration.ofSeconds(7)));
    proxy.arm(rule);

    assertThat(create().statusCode()).isEqualTo(201);
    assertThat(rule.applied()).isFalse();
    var answer = create();
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("7");
    assertThat(create().statusCode()).isEqualTo(201);
    assertThat(rule.applied()).isTrue();
    assertThat(received).hasSize(2);
  }

  @Test
  void aLostAnswerIsThatOfSomethingThatWasDone() {
    proxy.arm(Rule.nth(1, Call::writes, new Action.DropAnswer()));

    assertThatThrownBy(this::create).isInstanceOf(IOException.class);
    assertThat(received).containsExactly("POST " + JOBS);
  }

  @Test
  void aDroppedRequestIsHeardOfByNobody() {
    proxy.arm(Rule.nth(1, Call::writes, new Action.DropRequest()));

    assertThatThrownBy(this::create).isInstanceOf(IOException.class);
    assertThat(received).isEmpty();
  }

  @Test
  void aKillAfterTheWriteComesAfterIt() {
    proxy.arm(Rule.nth(1, Call::writes, new Action.Kill(true)));

    assertThatThrownBy(this::create).isInstanceOf(IOException.class);
    assertThat(received).hasSize(1);
    assertThat(victim).containsExactly("killed when 1 were received");
  }

  @Test
  void anEventComesTwice() throws Exception {
    proxy.arm(Rule.nth(1, Call::writes, new Action.Watches(WatchFault.DUPLICATE)));
    var watch = watch("?watch=true&seconds=2");
    create();

    var lines = watch.body().toList();

    assertThat(lines).filteredOn("late"::equals).hasSize(2);
  }

  private HttpResponse<Stream<String>> watch(String query) throws Exception {
    return client.send(request(JOBS + query).build(), BodyHandlers.ofLines());
  }

  private HttpResponse<String> create() throws IOException, InterruptedException {
    return client.send(
        request(JOBS).POST(BodyPublishers.ofString("{}")).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(20));
  }

  private HttpServer server(Certificate store) throws Exception {
    var options =
        new HttpServerOptions()
            .setSsl(true)
            .setKeyCertOptions(
                new PfxOptions().setPath(store.store().toString()).setPassword(store.password()));
    return vertx
        .createHttpServer(options)
        .requestHandler(this::answer)
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get();
  }

  private void answer(HttpServerRequest request) {
    if (request.method().name().equals("GET")) {
      var response = request.response().setChunked(true);
      response.write("early\n");
      vertx.setTimer(2_000, over -> response.end("late\n"));
      return;
    }
    received.add(request.method() + " " + request.path());
    request.response().setStatusCode(201).end("{\"kind\":\"Job\"}");
  }

  private static SSLContext trusting(Path store) throws Exception {
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    var loaded = KeyStore.getInstance(store.toFile(), "proxy-store".toCharArray());
    var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("proxy", loaded.getCertificate("proxy"));
    trust.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private final class NotingVictim implements Victim {
    @Override
    public void kill() {
      victim.add("killed when %d were received".formatted(received.size()));
    }

    @Override
    public void pause() {
      victim.add("paused");
    }

    @Override
    public void resume() {
      victim.add("resumed");
    }
  }
}
