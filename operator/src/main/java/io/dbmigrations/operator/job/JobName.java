package io.dbmigrations.operator.job;

import java.util.Locale;

/**
 * The names of the objects that belong to a resource. They are derived from its UID, so that a
 * second create finds the first one instead of making another.
 */
public final class JobName {

  // A Job's name becomes a label of its Pods: at most 63 characters, of which the suffix takes 20.
  private static final int PREFIX_LENGTH = 40;

  private static final int MAX_LABEL = 63;

  // Of the 253 characters of a name; the rest is for what tells one ConfigMap from another.
  private static final int MAX_OF_PLAN = 220;

  private JobName() {}

  /** The Job of one attempt. */
  public static String of(String resourceName, String uid, int attempt) {
    return "%s-%d-%s".formatted(prefix(resourceName), attempt, Sha256.hex(uid + "/" + attempt, 6));
  }

  /** The ConfigMap with this version of the runner, one for a whole namespace. */
  public static String ofRunner(String runnerDigest) {
    return "dbmigration-runner-" + runnerDigest;
  }

  /** The ConfigMap with the plan of a resource. */
  public static String ofPlan(String resourceName) {
    return resourceName.length() <= MAX_OF_PLAN
        ? resourceName + "-plan"
        : "%s-%s-plan".formatted(prefix(resourceName), Sha256.hex(resourceName, 6));
  }

  /** The name of a resource as the value of a label, which has at most 63 characters. */
  public static String label(String resourceName) {
    return resourceName.length() <= MAX_LABEL
        ? resourceName
        : "%s-%s".formatted(prefix(resourceName), Sha256.hex(resourceName, 6));
  }

  // A resource's name may have dots, which a Pod's host name may not.
  private static String prefix(String resourceName) {
    String name = resourceName.toLowerCase(Locale.ROOT).replace('.', '-');
    String prefix = name.length() <= PREFIX_LENGTH ? name : name.substring(0, PREFIX_LENGTH);
    return prefix.replaceAll("-+$", "");
  }
}
