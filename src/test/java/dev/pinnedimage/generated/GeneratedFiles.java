package dev.pinnedimage.generated;

import dev.pinnedimage.admission.AdmissionPolicy;
import dev.pinnedimage.admission.GuardPolicy;
import dev.pinnedimage.registry.SsrfTable;
import dev.pinnedimage.workload.WorkloadKinds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Every derived file of the checkout and what is to stand in it; {@code make generate} writes them.
 */
public final class GeneratedFiles {
  static final Path CRD = Path.of("crds/pinnedimages.pinnedimage.dev-v1.yml");

  private GeneratedFiles() {}

  static Map<Path, Supplier<String>> all() {
    Map<Path, Supplier<String>> files = new LinkedHashMap<>();
    files.put(CRD, CrdFile::yaml);
    files.put(Path.of("deploy/install.yaml"), InstallFile::yaml);
    files.put(
        Path.of("deploy/admission.yaml"),
        () ->
            "# Generated from the table of kinds by make generate. Kubernetes 1.36 or newer.\n"
                + new AdmissionPolicy(WorkloadKinds.BUILT_IN, AdmissionPolicy.INSTALLED_USER)
                    .yaml());
    files.put(Path.of("deploy/install-report.yaml"), InstallFile::reportYaml);
    files.put(Path.of("deploy/guard.yaml"), () -> GuardPolicy.yaml(WorkloadKinds.BUILT_IN));
    files.put(Path.of("docs/api.md"), ApiReference::markdown);
    files.put(Path.of("docs/ssrf.md"), SsrfTable::markdown);
    return files;
  }

  public static void main(String[] args) throws IOException {
    for (Map.Entry<Path, Supplier<String>> file : all().entrySet()) {
      Files.writeString(file.getKey(), file.getValue().get());
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
