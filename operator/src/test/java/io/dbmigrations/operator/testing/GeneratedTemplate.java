package io.dbmigrations.operator.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A Pod template as anybody may write it: of things that a Pod may be, with some that the operator
 * needs otherwise, and with nonsense somewhere. The same for the same number.
 *
 * @param conflicts the fields that may not be there as they are
 * @param isNonsense whether something stands where it does not belong
 */
public record GeneratedTemplate(ObjectNode content, List<String> conflicts, boolean isNonsense) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Below what, written how, and the field that it conflicts in, if it does. */
  private record Wish(String place, String yaml, String conflict) {}

  private static final String METADATA = "metadata";
  private static final String POD = "spec";
  private static final String CONTAINER = "migration";

  private static final List<Wish> WISHES =
      List.of(
          wish(METADATA, "labels: {team: shop, app.kubernetes.io/part-of: shop}"),
          wish(METADATA, "annotations: {sidecar.istio.io/inject: 'false'}"),
          wish(POD, "serviceAccountName: migrations"),
          wish(POD, "automountServiceAccountToken: true"),
          wish(POD, "nodeSelector: {disk: ssd}"),
          wish(POD, "tolerations: [{key: dedicated, operator: Exists}]"),
          wish(POD, "priorityClassName: batch"),
          wish(POD, "terminationGracePeriodSeconds: 60"),
          wish(POD, "restartPolicy: Never"),
          wish(POD, "enableServiceLinks: true"),
          wish(POD, "securityContext: {fsGroup: 70, supplementalGroups: [1, 2]}"),
          wish(POD, "hostAliases: [{ip: 10.0.0.1, hostnames: [db]}]"),
          wish(POD, "dnsConfig: {options: [{name: ndots, value: '1'}]}"),
          wish(POD, "imagePullSecrets: [{name: registry}]"),
          wish(
              POD,
              "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]"),
          wish(
              POD,
              "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: [{key: a, operator: In, values: [b]}]}}]}}"),
          wish(
              POD,
              "volumes: [{name: ca, secret: {secretName: ca}}, {name: tmp, emptyDir: {sizeLimit: 1Gi}}]"),
          wish(POD, "initContainers: [{name: proxy, image: 'proxy:1', restartPolicy: Always}]"),
          wish(POD, "containers: [{name: log, image: 'log:1', args: [--all]}]"),
          wish(POD, "afterThoughts: [{of: nobody}]"),
          wish(
              CONTAINER,
              "env: [{name: REGION, value: eu}, {name: TOKEN, valueFrom: {secretKeyRef: {name: a, key: b}}}]"),
          wish(CONTAINER, "envFrom: [{configMapRef: {name: settings}}]"),
          wish(CONTAINER, "resources: {limits: {memory: 256Mi, cpu: 1}, requests: {cpu: 100m}}"),
          wish(
              CONTAINER,
              "securityContext: {readOnlyRootFilesystem: false, capabilities: {add: [NET_BIND_SERVICE]}}"),
          wish(
              CONTAINER,
              "volumeMounts: [{name: ca, mountPath: /ca, readOnly: true}, {name: scratch, mountPath: /tmp}]"),
          wish(CONTAINER, "startupProbe: {httpGet: {path: /, port: http}, initialDelaySeconds: 3}"),
          wish(CONTAINER, "ports: [{containerPort: 9000, name: metrics}]"),
          wish(CONTAINER, "tty: true"));

  private static final List<Wish> CONFLICTS =
      List.of(
          new Wish(METADATA, "name: mine", "metadata.name"),
          new Wish(METADATA, "namespace: kube-system", "metadata.namespace"),
          new Wish(METADATA, "ownerReferences: []", "metadata.ownerReferences"),
          new Wish(
              METADATA,
              "labels: {app.kubernetes.io/managed-by: me}",
              "metadata.labels[app.kubernetes.io/managed-by]"),
          new Wish(
              METADATA,
              "annotations: {dbmigrations.io/resource: another}",
              "metadata.annotations[dbmigrations.io/resource]"),
          new Wish(POD, "restartPolicy: Always", "spec.restartPolicy"),
          new Wish(POD, "activeDeadlineSeconds: 60", "spec.activeDeadlineSeconds"),
          new Wish(POD, "serviceAccount: admin", "spec.serviceAccount"),
          new Wish(POD, "ephemeralContainers: [{name: shell}]", "spec.ephemeralContainers"),
          new Wish(POD, "terminationGracePeriodSeconds: 0", "spec.terminationGracePeriodSeconds"),
          new Wish(POD, "volumes: [{name: runner, emptyDir: {}}]", "spec.volumes[runner]"),
          new Wish(POD, "initContainers: [{name: migration}]", "spec.initContainers[migration]"),
          new Wish(CONTAINER, "image: 'other:1'", "spec.containers[migration].image"),
          new Wish(CONTAINER, "command: [sh, -c, env]", "spec.containers[migration].command"),
          new Wish(CONTAINER, "args: [--help]", "spec.containers[migration].args"),
          new Wish(CONTAINER, "restartPolicy: Always", "spec.containers[migration].restartPolicy"),
          new Wish(
              CONTAINER,
              "terminationMessagePolicy: FallbackToLogsOnError",
              "spec.containers[migration].terminationMessagePolicy"),
          new Wish(
              CONTAINER,
              "env: [{name: DATABASE_URL, value: 'postgresql://db/other'}]",
              "spec.containers[migration].env[DATABASE_URL]"),
          new Wish(
              CONTAINER,
              "env: [{name: DBMIGRATION_REQUEST, value: '{}'}]",
              "spec.containers[migration].env[DBMIGRATION_REQUEST]"),
          new Wish(
              CONTAINER,
              "volumeMounts: [{name: code, mountPath: /dbmigration/}]",
              "spec.containers[migration].volumeMounts[/dbmigration/]"),
          new Wish(METADATA, "labels: {job-name: mine}", "metadata.labels[job-name]"),
          new Wish(POD, "os: {name: windows}", "spec.os.name"),
          new Wish(POD, "hostPID: true", "spec.hostPID"),
          new Wish(POD, "securityContext: {runAsUser: 0}", "spec.securityContext.runAsUser"),
          new Wish(
              CONTAINER,
              "securityContext: {privileged: true}",
              "spec.containers[migration].securityContext.privileged"),
          new Wish(
              CONTAINER,
              "env: [{name: PYTHONHOME, value: /opt}]",
              "spec.containers[migration].env[PYTHONHOME]"));

  private static final List<JsonNode> NONSENSE =
      List.of(
          JsonNodeFactory.instance.numberNode(5),
          JsonNodeFactory.instance.numberNode(-1.5),
          JsonNodeFactory.instance.numberNode(Long.MAX_VALUE),
          JsonNodeFactory.instance.textNode(""),
          JsonNodeFactory.instance.textNode("a\nb\u0000 {{ .Values }}"),
          JsonNodeFactory.instance.textNode("lots"),
          JsonNodeFactory.instance.booleanNode(true),
          JsonNodeFactory.instance.nullNode(),
          JsonNodeFactory.instance.objectNode(),
          JsonNodeFactory.instance.objectNode().put("a", "b"),
          JsonNodeFactory.instance.arrayNode(),
          JsonNodeFactory.instance.arrayNode().add("word"),
          JsonNodeFactory.instance.arrayNode().addNull(),
          JsonNodeFactory.instance.arrayNode().addObject().putArray("name"));

  /** The template of that number. */
  public static GeneratedTemplate of(int number) {
    Random chance = new Random(number);
    List<Wish> wishes = new ArrayList<>(WISHES);
    Collections.shuffle(wishes, chance);
    wishes = new ArrayList<>(wishes.subList(0, chance.nextInt(12)));
    if (chance.nextInt(3) == 0) {
      List<Wish> conflicts = new ArrayList<>(CONFLICTS);
      Collections.shuffle(conflicts, chance);
      wishes.addAll(conflicts.subList(0, 1 + chance.nextInt(3)));
      Collections.shuffle(wishes, chance);
    }
    ObjectNode content = JsonNodeFactory.instance.objectNode();
    List<String> conflicts = new ArrayList<>();
    for (Wish wish : wishes) {
      if (put(content, wish) && !wish.conflict().isEmpty()) {
        conflicts.add(wish.conflict());
      }
    }
    boolean isNonsense = chance.nextInt(3) == 0;
    if (isNonsense) {
      spoil(content, chance);
    }
    return new GeneratedTemplate(content, conflicts, isNonsense);
  }

  private static Wish wish(String place, String yaml) {
    return new Wish(place, yaml, "");
  }

  /** Unless another wish has said something of one of its fields, but for lists of containers. */
  private static boolean put(ObjectNode content, Wish wish) {
    ObjectNode place =
        wish.place().equals(CONTAINER)
            ? migration(content.withObjectProperty(POD).withArrayProperty("containers"))
            : content.withObjectProperty(wish.place());
    ObjectNode fields = JSON.valueToTree(Templates.yaml(wish.yaml()));
    boolean[] isNew = {true};
    fields
        .properties()
        .forEach(field -> {
          if (place.get(field.getKey()) instanceof ArrayNode list
              && field.getKey().equals("containers")) {
            list.addAll((ArrayNode) field.getValue());
          } else if (place.has(field.getKey())) {
            isNew[0] = false;
          } else {
            place.set(field.getKey(), field.getValue());
          }
        });
    return isNew[0];
  }

  private static ObjectNode migration(ArrayNode containers) {
    for (JsonNode one : containers) {
      if (one.path("name").asText().equals(CONTAINER)) {
        return (ObjectNode) one;
      }
    }
    return containers.addObject().put("name", CONTAINER);
  }

  /** One value, anywhere, becomes another one. */
  private static void spoil(ObjectNode content, Random chance) {
    List<Runnable> ways = new ArrayList<>();
    JsonNode nonsense = NONSENSE.get(chance.nextInt(NONSENSE.size()));
    for (String name : List.of("metadata", "spec", "kind")) {
      ways.add(() -> content.set(name, nonsense));
    }
    collect(content, nonsense, ways);
    ways.get(chance.nextInt(ways.size())).run();
  }

  private static void collect(JsonNode node, JsonNode nonsense, List<Runnable> ways) {
    if (node instanceof ObjectNode object) {
      object.fieldNames().forEachRemaining(name -> ways.add(() -> object.set(name, nonsense)));
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        int index = i;
        ways.add(() -> array.set(index, nonsense));
      }
    }
    node.forEach(child -> collect(child, nonsense, ways));
  }
}
