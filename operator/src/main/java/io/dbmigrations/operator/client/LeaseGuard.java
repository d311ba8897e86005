package io.dbmigrations.operator.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Lets only the holder of the Lease write. It sees the renewals pass, and refuses any other write
 * once the last one is too old, whatever the rest of the process believes: a leader that was paused
 * wakes up in the middle of its work, before the election notices that another one leads.
 */
public final class LeaseGuard implements Interceptor {

  /** How long a Lease is good for after its renewal. Others wait for it to pass. */
  public static final Duration LEASE = Duration.ofSeconds(15);

  /** How long a holder may work without a renewal; shorter, as clocks and requests take time. */
  public static final Duration WORK = Duration.ofSeconds(10);

  // The election asks every one or two seconds.
  private static final Duration ASKED = Duration.ofMinutes(1);

  private final String leasePath;
  private final LongSupplier nanoTime;
  private volatile long asked;
  private volatile long renewed;
  private volatile boolean held;
  private volatile boolean givenUp;

  public LeaseGuard(String namespace, String name) {
    this(namespace, name, System::nanoTime);
  }

  LeaseGuard(String namespace, String name, LongSupplier nanoTime) {
    this.leasePath =
        "/apis/coordination.k8s.io/v1/namespaces/%s/leases/%s".formatted(namespace, name);
    this.nanoTime = nanoTime;
    this.asked = nanoTime.getAsLong();
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    String path = request.url().encodedPath();
    if (isLease(path)) {
      return election(chain, request);
    }
    if (isWrite(request, path) && !mayWrite()) {
      throw new IOException(
          "%s %s was not sent: this operator does not hold the Lease any more"
              .formatted(request.method(), path));
    }
    return chain.proceed(request);
  }

  /** Whether the Lease was renewed lately enough to work under it. */
  public boolean mayWrite() {
    return held && !givenUp && nanoTime.getAsLong() - renewed < WORK.toNanos();
  }

  /** From here on nothing is written but the Lease. */
  public void giveUp() {
    givenUp = true;
  }

  /** Why a restart is due: the election does not ask for the Lease any more. */
  public Optional<String> dead() {
    long silence = nanoTime.getAsLong() - asked;
    return silence < ASKED.toNanos()
        ? Optional.empty()
        : Optional.of(
            "the election has not asked for the Lease for %d s"
                .formatted(Duration.ofNanos(silence).toSeconds()));
  }

  // The time of a renewal is that of the question before it: the election takes the time first,
  // then reads the Lease, then writes the time into it.
  private Response election(Chain chain, Request request) throws IOException {
    if (request.method().equals("GET")) {
      asked = nanoTime.getAsLong();
      return chain.proceed(request);
    }
    Response response = chain.proceed(request);
    if (response.isSuccessful()) {
      renewed = asked;
      held = true;
    }
    return response;
  }

  // A Lease is created by a POST to the list of them.
  private boolean isLease(String path) {
    return path.equals(leasePath)
        || path.equals(leasePath.substring(0, leasePath.lastIndexOf('/')));
  }

  // A review is a question that is asked by POST.
  private static boolean isWrite(Request request, String path) {
    return !request.method().equals("GET")
        && !request.method().equals("HEAD")
        && !path.startsWith("/apis/authorization.k8s.io/");
  }
}
