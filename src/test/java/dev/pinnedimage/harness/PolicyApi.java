package dev.pinnedimage.harness;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether an API server has MutatingAdmissionPolicy, as Kubernetes has by default since 1.36. */
public enum PolicyApi {
  SERVED,
  /** The resources can be written, and nothing evaluates them. */
  WITHOUT_PLUGIN,
  SWITCHED_OFF;

  private static final List<String> VERSIONS = List.of("v1", "v1beta1", "v1alpha1");

  /** With the resources alone switched off, their plug-in refuses every write that it looks at. */
  List<String> flags() {
    return switch (this) {
      case SERVED -> List.of("--disable-admission-plugins=ServiceAccount");
      case WITHOUT_PLUGIN ->
          List.of("--disable-admission-plugins=ServiceAccount,MutatingAdmissionPolicy");
      case SWITCHED_OFF ->
          List.of(
              "--disable-admission-plugins=ServiceAccount,MutatingAdmissionPolicy",
              "--runtime-config="
                  + resources().map(r -> r + "=false").collect(Collectors.joining(",")));
    };
  }

  private static Stream<String> resources() {
    return VERSIONS.stream()
        .map(version -> "admissionregistration.k8s.io/" + version + "/mutatingadmission")
        .flatMap(prefix -> Stream.of(prefix + "policies", prefix + "policybindings"));
  }
}
