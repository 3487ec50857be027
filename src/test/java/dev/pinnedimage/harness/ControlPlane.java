package dev.pinnedimage.harness;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A whole Kubernetes control plane on loopback; its methods may be used by several threads. */
public final class ControlPlane implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long TOKEN_SECONDS = Duration.ofHours(12).toSeconds();

  private final RunDirectory run;
  private final ControlPlaneProcesses processes;
  private final ApiServer apiServer;
  private final Tool kubectl;
  private final FakeNodes nodes;
  private final Path adminKubeconfig;
  private final AtomicInteger namespaces = new AtomicInteger();

  private ControlPlane(RunDirectory run, ControlPlaneProcesses processes) {
    this.run = run;
    this.processes = processes;
    this.apiServer = processes.apiServer();
    this.kubectl = new Tool(run, "kubectl");
    this.nodes = new FakeNodes(apiServer.client());
    this.adminKubeconfig = apiServer.kubeconfig(ApiServer.User.ADMIN);
  }

  /**
   * Returns once the API server is ready and the {@code default} namespace can run pods.
   *
   * @throws IllegalStateException where a binary is missing, or with the end of the log of the
   *     process that failed
   */
  public static ControlPlane start() {
    return start(PolicyApi.SERVED);
  }

  /** Stands for Kubernetes before 1.36, which does not serve MutatingAdmissionPolicy by default. */
  public static ControlPlane startWithoutPolicyApi() {
    return start(PolicyApi.SWITCHED_OFF);
  }

  private static ControlPlane start(PolicyApi policyApi) {
    RunDirectory run = new RunDirectory();
    try {
      ControlPlane started = new ControlPlane(run, ControlPlaneProcesses.start(run, policyApi));
      started.awaitServiceAccount("default", "default");
      return started;
    } catch (RuntimeException e) {
      run.abandon();
      throw e;
    }
  }

  /** The one client for all tests, with all rights: do not close it. */
  public KubernetesClient admin() {
    return apiServer.client();
  }

  public Path adminKubeconfig() {
    return adminKubeconfig;
  }

  /** A kubeconfig with exactly the rights of a service account that exists, good for 12 hours. */
  public Path kubeconfigFor(String namespace, String serviceAccount) {
    TokenRequest wanted =
        new TokenRequestBuilder()
            .withNewSpec()
            .withExpirationSeconds(TOKEN_SECONDS)
            .endSpec()
            .build();
    TokenRequest issued =
        admin()
            .serviceAccounts()
            .inNamespace(namespace)
            .withName(serviceAccount)
            .tokenRequest(wanted);
    String token = issued.getStatus().getToken();
    return run.write(
        "%s.%s.kubeconfig".formatted(namespace, serviceAccount),
        new Kubeconfig(apiServer.url(), apiServer.certificate(), serviceAccount, token, namespace)
            .yaml());
  }

  /** A new namespace, its name starting with the prefix, that can run pods. */
  public String newNamespace(String prefix) {
    String name = prefix + "-" + namespaces.incrementAndGet();
    admin()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    awaitServiceAccount(name, "default");
    return name;
  }

  private void awaitServiceAccount(String namespace, String name) {
    Await.until(
        "service account %s/%s".formatted(namespace, name),
        PATIENCE,
        () -> admin().serviceAccounts().inNamespace(namespace).withName(name).get() != null);
  }

  /**
   * Runs the real kubectl as admin, in the root of the checkout.
   *
   * @return its stdout
   * @throws IllegalStateException with its stderr where it fails
   */
  public String kubectl(String... arguments) {
    return kubectl.run(adminKubeconfig, arguments);
  }

  public CommandResult tryKubectl(String... arguments) {
    return kubectl.tryRun(adminKubeconfig, arguments);
  }

  /** With another kubeconfig: that of a service account, say. */
  public CommandResult tryKubectlAs(Path kubeconfig, String... arguments) {
    return kubectl.tryRun(kubeconfig, arguments);
  }

  /** Another program of the GitOps tools, its own files beside the cluster's. */
  Tool tool(String name) {
    return new Tool(run, name);
  }

  /** Applies every document of a file, server-side. */
  public void apply(Path yaml) {
    kubectl("apply", "--server-side", "-f", yaml.toAbsolutePath().toString());
  }

  /** A Linux node, Ready and without taints; pods scheduled on it become Ready at once. */
  public Node addNode(String name, String arch) {
    return addNode(name, arch, Map.of(), List.of());
  }

  public Node addNode(String name, String arch, Map<String, String> labels, List<Taint> taints) {
    return nodes.add(name, arch, labels, taints);
  }

  /** Its pods are collected by the controller-manager, about a minute later. */
  public void removeNode(String name) {
    nodes.remove(name);
  }

  /** An outage: the data stays, the other parts wait for the API server's return. */
  public void stopApiServer() {
    apiServer.stop();
  }

  /** On the same port, with the same certificate, tokens and data; returns when it is ready. */
  public void startApiServer() {
    apiServer.start();
    apiServer.awaitReady();
  }

  /** Stops it and starts it, as an upgrade or another set of flags does. */
  public void restartApiServer(PolicyApi policyApi) {
    apiServer.stop();
    apiServer.use(policyApi);
    startApiServer();
  }

  /** All requests that were answered so far, oldest first. */
  public List<AuditEvent> audit() {
    return audit(event -> true);
  }

  /** Those of the requests that are wanted: a long run has many. */
  public List<AuditEvent> audit(Predicate<AuditEvent> wanted) {
    return new AuditLog(apiServer.auditLog()).events(wanted);
  }

  /**
   * Stops everything, etcd last.
   *
   * @throws IllegalStateException with the end of its log where a part had died that nobody stopped
   */
  @Override
  public void close() {
    try {
      processes.stop();
    } finally {
      run.close();
    }
  }
}
