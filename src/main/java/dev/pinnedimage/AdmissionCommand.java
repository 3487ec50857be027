package dev.pinnedimage;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.pinnedimage.admission.AdmissionPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code admission}: what {@code deploy/admission.yaml} has to be for a configuration. */
@Command(
    name = "admission",
    description =
        "Print the admission policy for a configuration, with the kinds of its workloadKinds.",
    mixinStandardHelpOptions = true)
final class AdmissionCommand implements Callable<Integer> {
  @Option(names = "--config", paramLabel = "FILE", description = "The operator's configuration.")
  private @Nullable Path config;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "Who the operator is to the API server.",
      defaultValue = AdmissionPolicy.INSTALLED_USER,
      showDefaultValue = picocli.CommandLine.Help.Visibility.ALWAYS)
  private String user = AdmissionPolicy.INSTALLED_USER;

  @Override
  public Integer call() {
    // Lines of the log go to standard output, and so does the policy.
    ((Logger) LoggerFactory.getLogger("dev.pinnedimage")).setLevel(Level.OFF);
    try (KubernetesClient client = RunCommand.client()) {
      OperatorConfig configuration =
          config == null ? OperatorConfig.DEFAULT : OperatorConfig.read(config);
      PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      out.print(yaml(client, configuration, user));
      return 0;
    } catch (CannotStart e) {
      System.err.println(e.getMessage());
      return 1;
    }
  }

  /**
   * Policy and binding.
   *
   * @throws CannotStart where a kind cannot be used
   */
  static String yaml(KubernetesClient client, OperatorConfig config, String user) {
    return new AdmissionPolicy(ConfiguredKinds.find(client, config), user).yaml();
  }
}
