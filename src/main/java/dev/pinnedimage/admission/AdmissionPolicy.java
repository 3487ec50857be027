package dev.pinnedimage.admission;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.workload.WorkloadKind;
import dev.pinnedimage.workload.WorkloadKinds;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code deploy/admission.yaml}: the policy that makes of a tag the pin, inside of the API server.
 * It spells out every default, so that what is installed can be compared with what should be.
 *
 * @param user who the operator is to the API server: earlier pins are taken back in its requests
 *     only
 */
public record AdmissionPolicy(WorkloadKinds kinds, String user) {
  public static final String NAME = "pinnedimage";

  /** Goes up with every change of what the policy does. */
  static final int VERSION = 1;

  /** The service account of {@code deploy/install.yaml}. */
  public static final String INSTALLED_USER =
      "system:serviceaccount:pinnedimage-system:pinnedimage-operator";

  private static final String VERSION_ANNOTATION = PinnedImage.GROUP + "/policy-version";

  private static final String BINDING =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: MutatingAdmissionPolicyBinding
      metadata:
        name: pinnedimage
        labels:
          app.kubernetes.io/name: pinnedimage-operator
      spec:
        policyName: pinnedimage
        # Once for each PinnedImage of the request's namespace.
        paramRef:
          selector: {}
          parameterNotFoundAction: Allow
      """;

  public String yaml() {
    return policyYaml() + "---\n" + BINDING;
  }

  MutatingAdmissionPolicy policy() {
    return Serialization.unmarshal(policyYaml(), MutatingAdmissionPolicy.class);
  }

  static MutatingAdmissionPolicyBinding binding() {
    return Serialization.unmarshal(BINDING, MutatingAdmissionPolicyBinding.class);
  }

  private String policyYaml() {
    PodSpecs podSpecs = new PodSpecs(kinds);
    return """
    apiVersion: admissionregistration.k8s.io/v1
    kind: MutatingAdmissionPolicy
    metadata:
      name: pinnedimage
      labels:
        app.kubernetes.io/name: pinnedimage-operator
      annotations:
        %s: "%d"
    spec:
      # Nobody's writes wait for the operator, or fail without it.
      failurePolicy: Ignore
      reinvocationPolicy: IfNeeded
      paramKind:
        apiVersion: pinnedimage.dev/v1alpha1
        kind: PinnedImage
      matchConstraints:
        matchPolicy: Equivalent
        namespaceSelector: {}
        objectSelector: {}
        resourceRules:
    %s\
      # The cheap questions first: most PinnedImages of a namespace have nothing to do with a request.
      matchConditions:
      - name: publishes
        expression: >-
          has(params.status) && has(params.status.rewrites)
          && !has(params.metadata.deletionTimestamp)
      - name: uses
        expression: >-
          [%s].exists(spec,
          (has(spec.containers) && spec.containers.exists(c, has(c.image) && c.image in params.status.rewrites))
          || (has(spec.initContainers) && spec.initContainers.exists(c, has(c.image) && c.image in params.status.rewrites))
          || (has(spec.volumes) && spec.volumes.exists(v, has(v.image) && has(v.image.reference) && v.image.reference in params.status.rewrites)))
      - name: may-be-written
        expression: >-
          !has(object.metadata.deletionTimestamp)
          && !(has(object.metadata.annotations) && '%s' in object.metadata.annotations
          && object.metadata.annotations['%s'] == 'true')
          && !(has(object.metadata.ownerReferences)
          && object.metadata.ownerReferences.exists(o, has(o.controller) && o.controller))
      - name: selected
        expression: >-
          !has(params.spec.workloadSelector) || !has(params.spec.workloadSelector.matchLabels)
          || params.spec.workloadSelector.matchLabels.all(k,
          has(object.metadata.labels) && k in object.metadata.labels
          && object.metadata.labels[k] == params.spec.workloadSelector.matchLabels[k])
      variables:
      - name: operator
        expression: "'%s'"
      - name: podSpec
        expression: "%s"
      - name: path
        expression: "%s"
      # What cannot be changed keeps the image that it has, where that is a pin of this tag: then the same
      # manifest can be applied again, after the pin has moved, too.
      - name: isFixed
        expression: "request.operation == 'UPDATE' && %s"
      - name: before
        expression: "variables.isFixed ? [%s] : []"
      - name: pins
        expression: >-
          (has(params.status.pinned) ? [params.status.pinned.digest] : [])
          + (has(params.status.history) ? params.status.history.map(h, h.digest) : [])
      # A tag is rewritten for everyone. An earlier pin is a person's rollback, but for the operator's request
      # that changes nothing itself.
      - name: takesBack
        expression: >-
          request.userInfo.username == variables.operator && oldObject != null && object.spec == oldObject.spec
      mutations:
      - patchType: JSONPatch
        jsonPatch:
          expression: >-
            %s
            + %s
            + %s
    """
        .formatted(
            VERSION_ANNOTATION,
            VERSION,
            rules(),
            podSpecs.of("object"),
            PinnedImage.IGNORE,
            PinnedImage.IGNORE,
            user,
            podSpecs.of("object"),
            podSpecs.pointer(),
            podSpecs.isImmutable(),
            podSpecs.of("oldObject"),
            patches("containers", "image"),
            patches("initContainers", "image"),
            patches("volumes", "image.reference"));
  }

  /** One rule for each group and version. */
  private String rules() {
    Map<String, String> byApi =
        kinds.all().stream()
            .collect(
                groupingBy(
                    kind ->
                        "    - apiGroups: ['"
                            + kind.group()
                            + "']\n      apiVersions: ['"
                            + kind.version()
                            + "']",
                    LinkedHashMap::new,
                    mapping(WorkloadKind::plural, joining(", "))));
    return byApi.entrySet().stream()
        .map(rule ->
            rule.getKey()
                + "\n      operations: [CREATE, UPDATE]\n      resources: ["
                + rule.getValue()
                + "]\n      scope: '*'\n")
        .collect(Collectors.joining());
  }

  /** A patch for each entry of a list whose image is to be another. */
  private static String patches(String list, String field) {
    String image = "e." + field;
    String exists =
        field.contains(".") ? "has(e.image) && has(" + image + ")" : "has(" + image + ")";
    String rewrites = "params.status.rewrites";
    return """
    (has(variables.podSpec.%1$s) ? variables.podSpec.%1$s.transformList(i, e,
    %2$s && %3$s in %4$s
    && (variables.isFixed
    ? !%3$s.contains('@') && variables.before.exists(b, has(b.%1$s) && b.%1$s.exists(o, o.name == e.name
    && %5$s && variables.pins.exists(d, o.%6$s.endsWith('@' + d))))
    : (!%3$s.contains('@') || variables.takesBack)),
    JSONPatch{op: 'replace', path: variables.path + '/%1$s/' + string(i) + '/%7$s',
    value: variables.isFixed ? variables.before[0].%1$s.filter(o, o.name == e.name)[0].%6$s : %4$s[%3$s]}) : [])\
    """
        .formatted(
            list,
            exists,
            image,
            rewrites,
            exists.replace("(e.", "(o."),
            field,
            field.replace('.', '/'))
        .replace("\n", "\n        ");
  }

  /**
   * Whose requests an installed policy takes back earlier pins in; empty where that is not told.
   */
  static String user(MutatingAdmissionPolicy policy) {
    return Optional.ofNullable(policy.getSpec().getVariables()).stream()
        .flatMap(java.util.Collection::stream)
        .filter(variable -> "operator".equals(variable.getName()))
        .map(variable -> variable.getExpression().replaceAll("^'|'$", ""))
        .findFirst()
        .orElse("");
  }

  static @Nullable Integer version(HasMetadata policy) {
    try {
      return Optional.ofNullable(policy.getMetadata().getAnnotations())
          .map(annotations -> annotations.get(VERSION_ANNOTATION))
          .map(Integer::valueOf)
          .orElse(null);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
