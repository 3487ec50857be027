package dev.pinnedimage.harness;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Flux's kustomize-controller as a process, with a cluster-admin's rights as Flux installs it, for
 * the Kustomizations of one namespace. Source-controller is played: {@link #commit} does its part.
 */
public final class FluxController implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String ACCOUNT = "kustomize-controller";

  private final ControlPlane cluster;
  private final String namespace;
  private final GitRepositories repositories;
  private final RunDirectory run;
  private final ManagedProcess process;

  private FluxController(
      ControlPlane cluster, String namespace, GitRepositories repositories, RunDirectory run) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.repositories = repositories;
    this.run = run;
    this.process = launch();
  }

  /** Returns once it works; it sees no other namespace's Kustomizations. */
  public static FluxController start(ControlPlane cluster, String namespace) {
    Path crds = Binaries.located().path("flux-crds.yaml");
    cluster.apply(crds);
    cluster.kubectl("wait", "--for=condition=Established", "--timeout=30s", "-f", crds.toString());
    cluster.kubectl("create", "serviceaccount", ACCOUNT, "-n", namespace);
    cluster.kubectl(
        "create",
        "clusterrolebinding",
        ACCOUNT + "-" + namespace,
        "--clusterrole=cluster-admin",
        "--serviceaccount=" + namespace + ":" + ACCOUNT);
    RunDirectory run = new RunDirectory();
    GitRepositories repositories = new GitRepositories(cluster.admin(), namespace);
    try {
      return new FluxController(cluster, namespace, repositories, run);
    } catch (RuntimeException e) {
      repositories.close();
      run.abandon();
      throw e;
    }
  }

  private ManagedProcess launch() {
    Path kubeconfig = cluster.kubeconfigFor(namespace, ACCOUNT);
    ManagedProcess started =
        ManagedProcess.start(
            run,
            ACCOUNT,
            Map.of(
                "HOME", run.path().toString(),
                "TMPDIR", run.path().toString(),
                "KUBECONFIG", kubeconfig.toString(),
                "RUNTIME_NAMESPACE", namespace),
            List.of(
                Binaries.located().path(ACCOUNT).toString(),
                "--watch-all-namespaces=false",
                "--log-encoding=json",
                "--metrics-addr=0",
                "--health-addr=0",
                "--requeue-dependency=1s"));
    started.await(
        "kustomize-controller to work",
        PATIENCE,
        () -> started.log().contains("\"Starting workers\""));
    return started;
  }

  /** The user name in the audit log. */
  public String user() {
    return "system:serviceaccount:" + namespace + ":" + ACCOUNT;
  }

  /**
   * Makes the files the newest commit of the GitRepository, which is created where it is missing.
   *
   * @param files from paths to contents
   * @return the revision
   */
  public String commit(String repository, Map<String, String> files) {
    return repositories.commit(repository, files);
  }

  /**
   * Applies the root of a GitRepository of the same name every 5 seconds, and prunes.
   *
   * @param specLines further lines of the spec
   */
  public void kustomization(String name, String... specLines) {
    kustomizationOf(name, ".", name, specLines);
  }

  /** The same for one directory of a GitRepository. */
  public void kustomizationOf(String repository, String path, String name, String... specLines) {
    String yaml =
        """
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: {name: %1$s, namespace: %2$s}
        spec:
          interval: 5s
          path: ./%3$s
          prune: true
          sourceRef: {kind: GitRepository, name: %4$s}
          targetNamespace: %2$s
          %5$s
        """
            .formatted(name, namespace, path, repository, String.join("\n  ", specLines));
    cluster.admin().resource(yaml).forceConflicts().serverSideApply();
  }

  /**
   * Waits until the Kustomization is Ready at that revision.
   *
   * @throws IllegalStateException with its Ready condition where that takes longer than a minute
   */
  public void awaitApplied(String kustomization, String revision) {
    process.await(
        "%s to be applied by %s".formatted(revision, kustomization),
        PATIENCE,
        () -> {
          GenericKubernetesResource now = get(kustomization);
          String ready = ready(now);
          if (!ready.startsWith("True") || !revision.equals(text(now, "lastAppliedRevision"))) {
            throw new IllegalStateException("Ready is " + ready);
          }
          return true;
        });
  }

  /** Waits until so many reconciliations are in {@link #applies}. */
  public void awaitApplies(String kustomization, int count, Duration deadline) {
    process.await(
        "reconciliation %d of %s".formatted(count, kustomization),
        deadline,
        () -> applies(kustomization).size() >= count);
  }

  /** Each reconciliation that applied its objects so far, oldest first. */
  public List<FluxApply> applies(String kustomization) {
    return process
        .log()
        .lines()
        .filter(line -> line.endsWith("}")) // the last one may still be in the making
        .map(FluxApply::of)
        .flatMap(Optional::stream)
        .filter(apply -> apply.kustomization().equals(kustomization))
        .toList();
  }

  /** Status, reason and message of its Ready condition. */
  public String ready(String kustomization) {
    return ready(get(kustomization));
  }

  private static String ready(GenericKubernetesResource kustomization) {
    List<Map<String, Object>> conditions = kustomization.get("status", "conditions");
    return Optional.ofNullable(conditions).stream()
        .flatMap(List::stream)
        .filter(condition -> "Ready".equals(condition.get("type")))
        .map(c -> "%s, %s: %s".formatted(c.get("status"), c.get("reason"), c.get("message")))
        .findFirst()
        .orElse("not reported");
  }

  private static String text(GenericKubernetesResource object, String statusField) {
    return String.valueOf(object.<Object>get("status", statusField));
  }

  private GenericKubernetesResource get(String kustomization) {
    return cluster
        .admin()
        .genericKubernetesResources("kustomize.toolkit.fluxcd.io/v1", "Kustomization")
        .inNamespace(namespace)
        .withName(kustomization)
        .require();
  }

  public String log() {
    return process.log();
  }

  /** Stops it; the Kustomizations and what they applied stay. */
  @Override
  public void close() {
    try {
      process.stop();
    } finally {
      repositories.close();
      run.close();
    }
  }
}
