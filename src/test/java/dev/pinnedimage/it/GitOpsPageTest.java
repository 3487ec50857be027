package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be said of the page without a control plane; {@link GitOpsTableIT} says the rest. */
class GitOpsPageTest {
  @Test
  void hasTheRowsOfTheTestInTheirOrder() throws IOException {
    List<String> rows =
        Files.readAllLines(GitOpsPage.PAGE).stream()
            .dropWhile(line -> !line.equals(GitOpsPage.BEGIN.strip()))
            .takeWhile(line -> !line.equals(GitOpsPage.END.strip()))
            .skip(3) // the marker and the head
            .map(row -> row.split(" \\| ", 2)[0].substring("| ".length()))
            .toList();

    assertThat(rows).isEqualTo(GitOpsPage.ROWS);
  }

  @ParameterizedTest
  @CsvSource({
    "kustomize-controller, hack/controlplane/flux/go.mod, github.com/fluxcd/kustomize-controller",
    "Helm, hack/controlplane/helm/go.mod, helm.sh/helm/v4",
    "kubectl, hack/controlplane/go.mod, k8s.io/kubernetes",
  })
  void namesTheVersionsThatTheTestRuns(String tool, Path pins, String module) throws IOException {
    String version =
        Pattern.compile(Pattern.quote(module) + " v(\\S+)")
            .matcher(Files.readString(pins))
            .results()
            .map(found -> found.group(1))
            .findFirst()
            .orElseThrow();

    assertThat(Files.readString(GitOpsPage.PAGE)).contains(tool + " " + version);
  }
}
