package dev.pinnedimage.admission;

import dev.pinnedimage.workload.WorkloadKinds;
import java.util.Map;

/**
 * {@code deploy/guard.yaml}: a policy that warns of a workload whose tag has no pin, or denies it.
 * Its expressions are evaluated once for each PinnedImage of the namespace, so what is cheap and
 * true of most of them is asked first.
 */
public final class GuardPolicy {
  private static final String TEMPLATE =
      """
      # Generated from the table of kinds by make generate.
      # Optional, Kubernetes 1.30 or newer: warns of a workload whose tag a PinnedImage has refused, or has no pin
      # for yet. In a namespace with the label pinnedimage.dev/guard=deny it is not let in.
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicy
      metadata:
        name: pinnedimage-guard
        labels:
          app.kubernetes.io/name: pinnedimage-operator
      spec:
        # Nothing hangs on it: with the CRD deleted, workloads can still be written.
        failurePolicy: Ignore
        paramKind:
          apiVersion: pinnedimage.dev/v1alpha1
          kind: PinnedImage
        matchConstraints:
          # The pods of ReplicaSets, StatefulSets and DaemonSets are their owners' business: not even looked at.
          objectSelector:
            matchExpressions:
            - {key: pod-template-hash, operator: DoesNotExist}
            - {key: controller-revision-hash, operator: DoesNotExist}
          resourceRules:
      {rules}
        matchConditions:
        # One expression, for each is evaluated for each PinnedImage, whatever the one before it says. Then of
        # the workload: written by somebody, not opted out, selected.
        - name: refuses
          expression: |-
            !has(params.metadata.deletionTimestamp)
            && (has(params.status) && has(params.status.unpinned) && size(params.status.unpinned) > 0 || ({unread}))
            && !has(object.metadata.deletionTimestamp)
            && !object.metadata.?ownerReferences.orValue([]).exists(o, o.?controller.orValue(false))
            && object.metadata.?annotations[?'pinnedimage.dev/ignore'].orValue('') != 'true'
            && params.spec.?workloadSelector.?matchLabels.orValue({}).all(k,
              object.metadata.?labels[?k] == params.spec.workloadSelector.matchLabels[?k])
        variables:
        - name: unread
          expression: |-
            {unread}
        - name: spec
          expression: |-
            {spec}
        - name: images
          expression: |-
            {images}
        # An edit of something else must pass.
        - name: oldSpec
          expression: |-
            {oldSpec}
        - name: oldImages
          expression: |-
            {oldImages}
        - name: refused
          expression: |-
            variables.images.filter(image,
              (image in params.?status.?unpinned.orValue({}) || (variables.unread && image == params.spec.image))
              && !(image in variables.oldImages))
        validations:
        - expression: size(variables.refused) == 0
          message: a PinnedImage has no pin for an image of this workload
          messageExpression: |-
            variables.refused[0] + ': ' + params.?status.?unpinned[?variables.refused[0]].orValue(
              'PinnedImage ' + params.metadata.name + ' has no pin for it: the operator has not looked at it yet;'
              + ' apply this again once there is one: kubectl wait pinnedimage/' + params.metadata.name
              + ' -n ' + params.metadata.namespace + ' --for=condition=Ready')
      ---
      {warn}---
      {deny}\
      """;

  /** Nothing was found out yet about what the PinnedImage says now. */
  private static final String UNREAD =
      """
      params.spec.?mode.orValue('Enforce') == 'Enforce'
      && params.?status.?observedGeneration.orValue(0) != params.metadata.generation
      && !(params.spec.image in params.?status.?rewrites.orValue({}))\
      """;

  private static final String BINDING =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicyBinding
      metadata:
        name: pinnedimage-guard-%s
        labels:
          app.kubernetes.io/name: pinnedimage-operator
      spec:
        policyName: pinnedimage-guard
        validationActions: [%s]
        paramRef:
          # Each PinnedImage of the workload's own namespace.
          selector: {}
          parameterNotFoundAction: Allow
        matchResources:
          namespaceSelector:
            matchExpressions:
            - {key: pinnedimage.dev/guard, operator: %s, values: [deny]}
      """;

  private GuardPolicy() {}

  public static String yaml(WorkloadKinds kinds) {
    PodSpecs podSpecs = new PodSpecs(kinds);
    Map<String, String> expressions =
        Map.of(
            "unread", UNREAD,
            "spec", podSpecs.of("object"),
            "images", images("variables.spec"),
            "oldSpec", "oldObject == null ? dyn({}) : " + podSpecs.of("oldObject"),
            "oldImages", images("variables.oldSpec"));
    String yaml = TEMPLATE.replace("{rules}\n", new ResourceRules(kinds).yaml());
    for (Map.Entry<String, String> expression : expressions.entrySet()) {
      yaml =
          yaml.replace(
              "{" + expression.getKey() + "}",
              expression.getValue().replace("\n", "\n" + " ".repeat(6)));
    }
    return yaml.replace("{warn}", BINDING.formatted("warn", "Warn", "NotIn"))
        .replace("{deny}", BINDING.formatted("deny", "Deny", "In"));
  }

  private static String images(String spec) {
    return """
    %1$s.?containers.orValue([]).map(c, c.?image.orValue(''))
    + %1$s.?initContainers.orValue([]).map(c, c.?image.orValue(''))
    + %1$s.?volumes.orValue([]).map(v, v.?image.?reference.orValue(''))\
    """
        .formatted(spec);
  }
}
