package dev.pinnedimage;

import dev.pinnedimage.registry.EgressProxy;
import dev.pinnedimage.registry.InvalidSettings;
import dev.pinnedimage.registry.RegistrySettings;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code run}: the operator, until it is told to stop. */
@Command(
    name = "run",
    description =
        "Run the operator. KUBECONFIG and ~/.kube/config are used as by kubectl, else the pod's service account.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(RunCommand.class);

  /**
   * The patches are safe to repeat; the SDK retries the rest, so the client need not go on long.
   */
  private static final int CLIENT_RETRIES = 2;

  private static final Duration STOP_WITHIN = Duration.ofSeconds(10);

  @Option(names = "--config", paramLabel = "FILE", description = "The operator's configuration.")
  private @Nullable Path config;

  @Override
  public Integer call() throws InterruptedException {
    try {
      EgressProxy egress = egress();
      run(config == null ? null : ConfigFile.open(config, egress), egress);
      return 0;
    } catch (CannotStart e) {
      log.error("{}", e.getMessage());
      return 1;
    } catch (InvalidSettings e) {
      log.error("{}: {}", config, e.getMessage());
      return 1;
    }
  }

  private static EgressProxy egress() {
    try {
      return EgressProxy.of(System.getenv());
    } catch (InvalidSettings e) {
      throw new CannotStart(String.valueOf(e.getMessage()));
    }
  }

  private void run(@Nullable ConfigFile file, EgressProxy egress) throws InterruptedException {
    OperatorConfig configuration = file == null ? OperatorConfig.DEFAULT : file.config();
    RegistrySettings settings = configuration.registrySettings(egress);
    try (KubernetesClient client = client();
        RunningOperator operator = RunningOperator.start(client, configuration, settings);
        ConfigWatch _ = ConfigWatch.start(file, operator::use)) {
      operator.runUntil(stopRequested());
    }
  }

  /** Nothing of the failure is repeated: it may quote a line of the file, and with it a token. */
  static KubernetesClient client() {
    try {
      Config kubernetes =
          new ConfigBuilder(Config.autoConfigure(null))
              .withRequestRetryBackoffLimit(CLIENT_RETRIES)
              .build();
      return new KubernetesClientBuilder().withConfig(kubernetes).build();
    } catch (RuntimeException e) {
      throw new CannotStart(
          "the kubeconfig cannot be used: look for a mistake in it, or for a file that it names and"
              + " that is not there, with kubectl config view");
    }
  }

  /** Completes on SIGTERM; the JVM then waits for the operator to have closed. */
  private static CountDownLatch stopRequested() {
    CountDownLatch requested = new CountDownLatch(1);
    Thread main = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  requested.countDown();
                  join(main);
                },
                "stop"));
    return requested;
  }

  private static void join(Thread thread) {
    try {
      thread.join(STOP_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
