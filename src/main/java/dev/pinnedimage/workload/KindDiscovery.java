package dev.pinnedimage.workload;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pinnedimage.workload.PodSpecSchema.Answer;
import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds in the cluster what the configuration names. */
public final class KindDiscovery {
  private static final Logger log = LoggerFactory.getLogger(KindDiscovery.class);

  /** A right to patch that is missing is reported for each workload. */
  private static final List<String> READING = List.of("get", "list", "watch");

  private final KubernetesClient client;

  public KindDiscovery(KubernetesClient client) {
    this.client = client;
  }

  /**
   * The built-in kinds and these, checked before.
   *
   * @throws UnusableKind where one is not served, is not namespaced, or has no pod spec there
   */
  public WorkloadKinds withBuiltIn(List<FurtherKind> further) {
    return new WorkloadKinds(
        Stream.concat(WorkloadKinds.BUILT_IN.all().stream(), further.stream().map(this::found))
            .toList());
  }

  private WorkloadKind found(FurtherKind wanted) {
    APIResource resource =
        resource(wanted)
            .orElseThrow(() ->
                new UnusableKind(
                    "the API server does not serve "
                        + wanted
                        + ": install its CRD, or correct the entry; kubectl api-resources lists what"
                        + " there is"));
    if (!Boolean.TRUE.equals(resource.getNamespaced())) {
      throw new UnusableKind(
          wanted + " is cluster-scoped, and a PinnedImage is for one namespace: remove the entry");
    }
    requirePodSpec(wanted);
    return new WorkloadKind(
        wanted.group(),
        wanted.version(),
        wanted.kind(),
        resource.getName(),
        wanted.podSpec(),
        false);
  }

  /**
   * The rights for the built-in kinds come with the installation, those for others do not.
   *
   * @param namespaces empty for all
   * @throws UnusableKind that names what is missing
   */
  public void requireRights(WorkloadKinds kinds, List<String> namespaces) {
    for (WorkloadKind kind : kinds.all()) {
      if (WorkloadKinds.BUILT_IN.all().contains(kind)) {
        continue;
      }
      for (String namespace : namespaces.isEmpty() ? List.of("") : namespaces) {
        requireRights(kind, namespace);
      }
    }
  }

  private void requireRights(WorkloadKind kind, String namespace) {
    List<String> missing =
        READING.stream().filter(verb -> !mayRead(kind, namespace, verb)).toList();
    if (!missing.isEmpty()) {
      throw new UnusableKind(
          "no right to "
              + String.join(", ", missing)
              + " "
              + kind.resource()
              + (namespace.isEmpty() ? "" : " in the namespace " + namespace)
              + ": grant it with the ClusterRole of docs/configuration.md#workloadkinds");
    }
  }

  private boolean mayRead(WorkloadKind kind, String namespace, String verb) {
    SelfSubjectAccessReview asked =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withGroup(kind.group())
            .withVersion(kind.version())
            .withResource(kind.plural())
            .withNamespace(namespace)
            .withVerb(verb)
            .endResourceAttributes()
            .endSpec()
            .build();
    SelfSubjectAccessReview answer = client.resource(asked).create();
    return Boolean.TRUE.equals(answer.getStatus().getAllowed());
  }

  /** Subresources have the kind of their parent or another, and a slash in their names. */
  private Optional<APIResource> resource(FurtherKind wanted) {
    APIResourceList served = client.getApiResources(wanted.apiVersion());
    return Optional.ofNullable(served).stream()
        .flatMap(list -> list.getResources().stream())
        .filter(resource -> resource.getKind().equals(wanted.kind()))
        .filter(resource -> !resource.getName().contains("/"))
        .findFirst();
  }

  private void requirePodSpec(FurtherKind wanted) {
    switch (schema(wanted).isPodSpec(wanted)) {
      case Answer.Yes() -> {}
      case Answer.Unknown() ->
          log.info(
              "workloadKinds: the schema of {} does not tell whether {} is a pod spec; it is taken"
                  + " for one",
              wanted,
              wanted.podSpec());
      case Answer.No(String why) ->
          throw new UnusableKind(
              wanted
                  + " has no pod spec at "
                  + wanted.podSpec()
                  + ", for "
                  + why
                  + ": set podSpec to the path of the field that has the containers; kubectl explain "
                  + wanted.kind().toLowerCase(Locale.ROOT)
                  + " --recursive shows it");
    }
  }

  /** An API server that publishes none keeps nobody from starting. */
  private PodSpecSchema schema(FurtherKind wanted) {
    String root = wanted.group().isEmpty() ? "/openapi/v3/api/" : "/openapi/v3/apis/";
    String document;
    try {
      document = client.raw(root + wanted.apiVersion());
    } catch (KubernetesClientException e) {
      document = null;
    }
    return new PodSpecSchema(
        client
            .getKubernetesSerialization()
            .unmarshal(document == null ? "{}" : document, JsonNode.class));
  }
}
