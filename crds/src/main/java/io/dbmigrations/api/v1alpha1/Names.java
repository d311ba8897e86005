package io.dbmigrations.api.v1alpha1;

/** The labels and annotations of the API, each written down once. */
public final class Names {

  /**
   * Any new value asks for the target once more, without an edit of the specification, and like an
   * edit of the target it may take back what somebody else applied. To remove it asks for nothing.
   */
  public static final String RETRY_ANNOTATION = "dbmigrations.io/retry";

  /** The digest of the plan that is approved, or its first 8 or more characters. */
  public static final String APPROVE_ANNOTATION = "dbmigrations.io/approve";

  /**
   * The digest of a plan that nobody is to wait for any more, or its first 8 or more characters.
   */
  public static final String REJECT_ANNOTATION = "dbmigrations.io/reject";

  /** On Jobs and Pods: the UID of the resource that they belong to. */
  public static final String UID_LABEL = "dbmigrations.io/uid";

  /** On Jobs and Pods: the number of the attempt. */
  public static final String ATTEMPT_LABEL = "dbmigrations.io/attempt";

  /** On Jobs and Pods: the name of the resource, which may be longer than a label's value. */
  public static final String RESOURCE_ANNOTATION = "dbmigrations.io/resource";

  /** On Jobs and Pods: the name of the resource, hashed where it is too long for a label. */
  public static final String NAME_LABEL = "app.kubernetes.io/instance";

  /** On Jobs: why the operator has stopped it before its end. */
  public static final String STOP_ANNOTATION = "dbmigrations.io/stop";

  /** On Jobs that were stopped: what the container waited for, of which its Pod says no more. */
  public static final String AWAITED_ANNOTATION = "dbmigrations.io/awaited";

  /** On Jobs: the hash of the request that the Job carries out. */
  public static final String REQUEST_ANNOTATION = "dbmigrations.io/request";

  public static final String MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
  public static final String MANAGED_BY = "dbmigration-operator";

  private Names() {}
}
