package dev.pinnedimage.harness;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** kube-apiserver with RBAC, tokens from a file, a self-signed certificate and an audit log. */
final class ApiServer {
  /** The control plane's parts, each under its own name so that the audit log tells them apart. */
  enum User {
    ADMIN("admin"),
    CONTROLLER_MANAGER("system:kube-controller-manager"),
    SCHEDULER("system:kube-scheduler"),
    KWOK("kwok");

    private final String userName;
    private final String token = UUID.randomUUID().toString();

    User(String userName) {
      this.userName = userName;
    }

    private String tokenFileLine() {
      return "%s,%s,%s,\"system:masters\"".formatted(token, userName, userName);
    }
  }

  private static final Duration READY_WITHIN = Duration.ofSeconds(90);
  private final RunDirectory run;
  private final int port;
  private final String etcd;
  private PolicyApi policyApi;
  private @Nullable ManagedProcess process;
  private @Nullable KubernetesClient client;

  private ApiServer(RunDirectory run, int port, String etcd, PolicyApi policyApi) {
    this.run = run;
    this.port = port;
    this.etcd = etcd;
    this.policyApi = policyApi;
  }

  /** Returns once it listens; {@link #awaitReady} waits for more. */
  static ApiServer start(RunDirectory run, String etcd, PolicyApi policyApi) {
    KeyPair serviceAccounts = newKeyPair();
    run.write("service-account.key", Pem.privateKey(serviceAccounts.getPrivate()));
    run.write("service-account.pub", Pem.publicKey(serviceAccounts.getPublic()));
    run.write("audit-policy.yaml", AuditLog.POLICY);
    run.write(
        "tokens.csv",
        Arrays.stream(User.values()).map(User::tokenFileLine).collect(Collectors.joining("\n")));
    return FreePort.start(
        run,
        port -> {
          ApiServer server = new ApiServer(run, port, etcd, policyApi);
          server.start();
          return server;
        });
  }

  private List<String> command() {
    Stream<String> common =
        Stream.of(
            Binaries.located().path("kube-apiserver").toString(),
            "--etcd-servers=" + etcd,
            "--secure-port=" + port,
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            "--endpoint-reconciler-type=none",
            "--cert-dir=" + run.resolve("apiserver"),
            "--service-cluster-ip-range=10.96.0.0/16",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--service-account-key-file=" + run.resolve("service-account.pub"),
            "--service-account-signing-key-file=" + serviceAccountKey(),
            "--token-auth-file=" + run.resolve("tokens.csv"),
            "--authorization-mode=RBAC",
            "--audit-policy-file=" + run.resolve("audit-policy.yaml"),
            "--audit-log-path=" + auditLog(),
            "--audit-log-maxsize=4096",
            // Without it, open watches hold up a shutdown for a minute.
            "--shutdown-watch-termination-grace-period=1s",
            "--profiling=false");
    return Stream.concat(common, policyApi.flags().stream()).toList();
  }

  void start() {
    ManagedProcess started = ManagedProcess.start(run, "kube-apiserver", Map.of(), command());
    process = started;
    started.await("kube-apiserver to listen", READY_WITHIN, () -> FreePort.accepts(port));
  }

  /** From the next start on. */
  void use(PolicyApi other) {
    policyApi = other;
  }

  void awaitReady() {
    running().await("/readyz", READY_WITHIN, () -> client().raw("/readyz") != null);
  }

  void stop() {
    running().stop();
  }

  ManagedProcess running() {
    ManagedProcess current = process;
    if (current == null) {
      throw new IllegalStateException("the API server was never started");
    }
    return current;
  }

  /** One client for all, made when the certificate exists. */
  synchronized KubernetesClient client() {
    KubernetesClient made = client;
    if (made == null) {
      made = new KubernetesClientBuilder().withConfig(adminConfig()).build();
      client = made;
    }
    return made;
  }

  private Config adminConfig() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(url())
        .withCaCertFile(certificate().toString())
        .withOauthToken(User.ADMIN.token)
        .withNamespace("default")
        .withRequestRetryBackoffLimit(3)
        .build();
  }

  void closeClient() {
    if (client != null) {
      client.close();
    }
  }

  Path kubeconfig(User user) {
    String file = user.name().toLowerCase(Locale.ROOT) + ".kubeconfig";
    return run.write(
        file, new Kubeconfig(url(), certificate(), user.userName, user.token, "default").yaml());
  }

  String url() {
    return "https://127.0.0.1:" + port;
  }

  Path certificate() {
    return run.resolve("apiserver").resolve("apiserver.crt");
  }

  Path serviceAccountKey() {
    return run.resolve("service-account.key");
  }

  Path auditLog() {
    return run.resolve("audit.log");
  }

  private static KeyPair newKeyPair() {
    try {
      return KeyPairGenerator.getInstance("EC").generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime makes EC keys", e);
    }
  }
}
