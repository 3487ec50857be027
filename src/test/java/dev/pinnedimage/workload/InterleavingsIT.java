package dev.pinnedimage.workload;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.it.CustomKinds;
import dev.pinnedimage.pinning.Edit;
import dev.pinnedimage.pinning.Outcome;
import dev.pinnedimage.pinning.WorkloadRules;
import dev.pinnedimage.pinning.observed.Answers;
import dev.pinnedimage.pinning.observed.Observation;
import dev.pinnedimage.pinning.observed.Surroundings;
import dev.pinnedimage.pinning.observed.Workload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.LoggerFactory;

/**
 * An applier writes between our reading a workload and our patching it, a thousand times: whatever
 * it did, its containers are those that it declared, with what it declared of them, and what is
 * pinned are the images that it declared by the tag.
 */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InterleavingsIT {
  private static final int ROUNDS = 1000;
  private static final long SEED =
      Long.getLong("interleavings.seed", System.nanoTime() % 1_000_000);
  private static final String PIN = "sha256:" + "a".repeat(64);

  private static final WorkloadKind ROLLOUT =
      new WorkloadKind(CustomKinds.GROUP, "v1", "Rollout", "rollouts", "spec.template.spec", false);
  private static final WorkloadKind FLEET =
      new WorkloadKind(
          CustomKinds.GROUP, "v1", "Fleet", "fleets", "spec.members.web.podTemplate.spec", false);

  private KubernetesClient admin;
  private String namespace;

  @BeforeAll
  void prepare(ControlPlane cluster) {
    CustomKinds.install(cluster);
    admin = cluster.admin();
    namespace = cluster.newNamespace("interleavings");
  }

  @Test
  void neverAGhostNeverAnotherContainersImageNeverALostEdit() {
    WorkloadKinds kinds =
        new WorkloadKinds(
            Stream.concat(WorkloadKinds.BUILT_IN.all().stream(), Stream.of(ROLLOUT, FLEET))
                .toList());
    Random seeds = new Random(SEED);
    List<Lane> lanes =
        Stream.of(kinds.named("Deployment"), kinds.named("CronJob"), ROLLOUT, FLEET)
            .map(kind -> new Lane(kinds, kind, new Random(seeds.nextLong())))
            .toList();

    // A thousand lines about what was written are no news.
    ((Logger) LoggerFactory.getLogger(WorkloadPatcher.class)).setLevel(Level.WARN);
    lanes.parallelStream().forEach(lane -> lane.run(ROUNDS / lanes.size() + 1));

    int lost = lanes.stream().mapToInt(lane -> lane.racesLost).sum();
    int contended = lanes.stream().mapToInt(lane -> lane.contended).sum();
    System.out.printf(
        "%d interleavings with -Dinterleavings.seed=%d: %d lost races, %d times given up%n",
        lanes.stream().mapToInt(lane -> lane.rounds).sum(), SEED, lost, contended);
    assertThat(lost).as("lost races").isGreaterThan(ROUNDS / 3);
    assertThat(contended).as("given up").isPositive().isLessThan(ROUNDS / 5);
  }

  /** One object that is written over and over. */
  private final class Lane implements Interceptor {
    private final WorkloadKinds kinds;
    private final WorkloadKind kind;
    private final Random random;
    private DeclaredTemplate declared;
    private int patches;
    private int racesLost;
    private int contended;
    private int rounds;

    Lane(WorkloadKinds kinds, WorkloadKind kind, Random random) {
      this.kinds = kinds;
      this.kind = kind;
      this.random = random;
      this.declared = DeclaredTemplate.random(random);
    }

    void run(int wanted) {
      try (KubernetesClient ours =
          new KubernetesClientBuilder()
              .withConfig(admin.getConfiguration())
              .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("applier", this))
              .build()) {
        WorkloadReader reader = new WorkloadReader(ours, kinds);
        WorkloadPatcher patcher = new WorkloadPatcher(ours, reader, kinds, (e, o) -> {});
        while (rounds < wanted) {
          round(patcher);
        }
      }
    }

    private void round(WorkloadPatcher patcher) {
      declared = DeclaredTemplate.random(random);
      Workload seen = WorkloadReader.workload(kind, declare());
      WorkloadRules rules = rules();
      List<Edit> edit = rules.edit(seen).stream().toList();
      if (edit.isEmpty()) {
        return;
      }
      rounds++;
      patches = 0;
      Outcome outcome = patcher.apply(edit, rules).getFirst();
      GenericKubernetesResource now =
          admin
              .genericKubernetesResources(kind.context())
              .inNamespace(namespace)
              .withName("web")
              .require();
      check(outcome, DeclaredTemplate.of(now, kind));
    }

    /** Between what was read and the patch that follows from it. */
    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
      if (request.method().equals("PATCH") && (patches++ == 0 || random.nextInt(3) == 0)) {
        declared = declared.changed(random);
        var _ = declare();
      }
    }

    private void check(Outcome outcome, DeclaredTemplate now) {
      racesLost += patches > 1 ? 1 : 0;
      DeclaredTemplate pinned = declared.pinned(PIN);
      String round = "seed %d, %s, round %d: %s".formatted(SEED, kind.kind(), rounds, outcome);
      if (outcome instanceof Outcome.Written) {
        assertThat(now.byName()).as(round).isEqualTo(pinned.byName());
      } else {
        // Three times the world had moved: what was pinned meanwhile is pinned.
        assertThat(outcome).as(round).isInstanceOf(Outcome.Contended.class);
        contended++;
        assertThat(now.byName().keySet()).as(round).isEqualTo(declared.byName().keySet());
        now.byName()
            .forEach((name, part) ->
                assertThat(part)
                    .as(round)
                    .isIn(declared.byName().get(name), pinned.byName().get(name)));
      }
      if (!isAppliedServerSide()) {
        assertThat(now.inOrder())
            .extracting("name")
            .as(round)
            .isEqualTo(declared.inOrder().stream().map(DeclaredTemplate.Part::name).toList());
      }
    }

    private boolean isAppliedServerSide() {
      return kind.kind().equals("CronJob");
    }

    /** Some by server-side apply, some by replacing the whole. */
    private GenericKubernetesResource declare() {
      var resource =
          admin
              .genericKubernetesResources(kind.context())
              .inNamespace(namespace)
              .resource(manifest());
      if (isAppliedServerSide()) {
        return resource.forceConflicts().serverSideApply();
      }
      if (resource.get() == null) {
        return resource.create();
      }
      while (true) {
        try {
          return resource.update();
        } catch (KubernetesClientException e) {
          // A controller wrote the status meanwhile.
          assertThat(e.getCode()).isEqualTo(409);
        }
      }
    }

    private GenericKubernetesResource manifest() {
      Map<String, Object> spec = declared.podSpec();
      Object template = Map.of("metadata", Map.of("labels", Map.of("app", "web")), "spec", spec);
      GenericKubernetesResource manifest = new GenericKubernetesResource();
      manifest.setApiVersion(
          kind.group().isEmpty() ? kind.version() : kind.group() + "/" + kind.version());
      manifest.setKind(kind.kind());
      manifest.setMetadata(
          new io.fabric8.kubernetes.api.model.ObjectMetaBuilder()
              .withName("web")
              .withNamespace(namespace)
              .build());
      manifest.setAdditionalProperty(
          "spec",
          switch (kind.kind()) {
            case "Deployment" ->
                Map.of(
                    "paused",
                    true,
                    "replicas",
                    0,
                    "selector",
                    Map.of("matchLabels", Map.of("app", "web")),
                    "template",
                    template);
            case "CronJob" -> {
              spec.put("restartPolicy", "Never");
              yield Map.of(
                  "schedule",
                  "0 0 1 1 *",
                  "suspend",
                  true,
                  "jobTemplate",
                  Map.of("spec", Map.of("template", template)));
            }
            case "Rollout" -> Map.of("template", template);
            default -> Map.of("members", Map.of("web", Map.of("podTemplate", template)));
          });
      return manifest;
    }
  }

  private WorkloadRules rules() {
    PinnedImage pinnedImage =
        admin
            .getKubernetesSerialization()
            .unmarshal(
                """
                metadata: {name: web, namespace: %s, creationTimestamp: "2026-01-01T00:00:00Z"}
                spec: {image: "%s"}
                status:
                  pinned: {digest: "%s", reference: "%s@%s", since: "2026-01-01T00:00:00Z", shortDigest: s}
                """
                    .formatted(namespace, DeclaredTemplate.IMAGE, PIN, DeclaredTemplate.IMAGE, PIN),
                PinnedImage.class);
    return new WorkloadRules(
        new Observation(
            pinnedImage, Instant.EPOCH, Answers.NONE, List.of(), List.of(), Surroundings.NONE),
        pinnedImage.lastStatus().pinned(),
        false);
  }
}
