package dev.pinnedimage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.admission.AdmissionPolicy;
import dev.pinnedimage.harness.CommandResult;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.it.CustomKinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The policy for a configuration with kinds of its own is one that an API server takes. */
@RealCluster
class AdmissionCommandIT {
  @TempDir Path files;

  @Test
  void printsAPolicyThatCoversTheKindsOfTheConfiguration(ControlPlane cluster) throws IOException {
    CustomKinds.install(cluster);
    OperatorConfig config =
        OperatorConfig.read(
            Files.writeString(
                files.resolve("config.yaml"),
                """
                workloadKinds:
                - {apiVersion: kinds.example.com/v1, kind: Rollout}
                - {apiVersion: kinds.example.com/v1, kind: Fleet, podSpec: spec.members.web.podTemplate.spec}
                """));

    String yaml =
        AdmissionCommand.yaml(cluster.admin(), config, AdmissionPolicy.INSTALLED_USER)
            .replace("name: pinnedimage\n", "name: printed\n");

    assertThat(yaml)
        .contains("resources: [rollouts, fleets]", "/spec/members/web/podTemplate/spec");
    Path printed = Files.writeString(files.resolve("admission.yaml"), yaml);
    CommandResult applied =
        cluster.tryKubectl("apply", "--server-side", "--dry-run=server", "-f", printed.toString());
    assertThat(applied.succeeded()).as(applied.stderr()).isTrue();
  }
}
