package dev.pinnedimage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.pinnedimage.api.v1alpha1.PinnedImageSpec.Mode;
import dev.pinnedimage.notification.NotificationSettings;
import dev.pinnedimage.registry.EgressProxy;
import dev.pinnedimage.registry.InvalidSettings;
import dev.pinnedimage.registry.RegistryHost;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.workload.FurtherKind;
import dev.pinnedimage.workload.UnusableKind;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The operator's own configuration: one YAML file. Unknown keys are refused by name, since a
 * misspelt exception for a registry would fail far from its cause.
 *
 * @param mode {@code Enforce}, or {@code Report} to write no workload whatever a PinnedImage says
 * @param namespaces empty for all
 * @param httpAddress {@code host:port} of the probes; port 0 picks one
 * @param workloadKinds beside the built-in ones
 */
record OperatorConfig(
    String mode,
    List<String> namespaces,
    String httpAddress,
    List<RegistryHost> registries,
    NotificationSettings notifications,
    List<FurtherKind> workloadKinds) {
  static final OperatorConfig DEFAULT =
      new OperatorConfig(
          Mode.Enforce.name(),
          List.of(),
          "0.0.0.0:8080",
          List.of(),
          NotificationSettings.OFF,
          List.of());

  private static final ObjectMapper YAML =
      JsonMapper.builder(new YAMLFactory())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(com.fasterxml.jackson.databind.MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private static final Pattern ADDRESS = Pattern.compile("([^:\\s]+|\\[[0-9a-f:]+]):[0-9]{1,5}");
  private static final int MAX_PORT = 65_535;

  OperatorConfig {
    mode = Objects.requireNonNullElse(mode, Mode.Enforce.name());
    namespaces = namespaces == null ? List.of() : List.copyOf(namespaces);
    httpAddress = Objects.requireNonNullElse(httpAddress, "0.0.0.0:8080");
    registries = registries == null ? List.of() : List.copyOf(registries);
    notifications = Objects.requireNonNullElse(notifications, NotificationSettings.OFF);
    workloadKinds = workloadKinds == null ? List.of() : List.copyOf(workloadKinds);
  }

  /**
   * Reads and checks.
   *
   * @throws CannotStart with the file, the key and what to write instead
   */
  static OperatorConfig read(Path file) {
    return parse(file, text(file));
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new CannotStart("cannot read the configuration " + file + ": check --config");
    }
  }

  /**
   * What is in the file, read before.
   *
   * @throws CannotStart as {@link #read}
   */
  static OperatorConfig parse(Path file, String text) {
    try {
      JsonNode tree = YAML.readTree(text);
      boolean isEmpty = tree == null || tree.isMissingNode() || tree.isNull();
      return isEmpty ? DEFAULT : YAML.treeToValue(tree, OperatorConfig.class).checked(file);
    } catch (UnrecognizedPropertyException e) {
      throw new CannotStart(
          file
              + ": unknown key "
              + path(e)
              + "; known here: "
              + e.getKnownPropertyIds().stream()
                  .map(Object::toString)
                  .sorted()
                  .collect(Collectors.joining(", ")));
    } catch (ValueInstantiationException e) {
      throw new CannotStart(file + ": " + path(e) + " has an empty entry: remove it");
    } catch (MismatchedInputException e) {
      throw new CannotStart(
          file + ": " + path(e) + " has the wrong type; see docs/configuration.md");
    } catch (JsonProcessingException e) {
      throw new CannotStart(file + ": not valid YAML: " + firstLine(e.getOriginalMessage()));
    }
  }

  private static String path(JsonMappingException e) {
    String path =
        e.getPath().stream()
            .map(at ->
                at.getFieldName() == null ? "[" + at.getIndex() + "]" : "." + at.getFieldName())
            .collect(Collectors.joining());
    return path.startsWith(".") ? path.substring(1) : path.isEmpty() ? "the file" : path;
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }

  /** Whether the whole operator writes to no workload. */
  boolean reportsOnly() {
    return mode.equals(Mode.Report.name());
  }

  private OperatorConfig checked(Path file) {
    if (Stream.of(Mode.values()).noneMatch(known -> known.name().equals(mode))) {
      throw new CannotStart(file + ": mode \"" + mode + "\" is neither Enforce nor Report");
    }
    if (!ADDRESS.matcher(httpAddress).matches() || port() > MAX_PORT) {
      throw new CannotStart(
          file + ": httpAddress \"" + httpAddress + "\" is not host:port, such as 0.0.0.0:8080");
    }
    for (String namespace : namespaces) {
      if (!namespace.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
        throw new CannotStart(file + ": namespaces: \"" + namespace + "\" is no namespace's name");
      }
    }
    try {
      registrySettings(EgressProxy.NONE);
      notifications.check();
      FurtherKind.check(workloadKinds);
    } catch (InvalidSettings | UnusableKind e) {
      throw new CannotStart(file + ": " + e.getMessage());
    }
    return this;
  }

  /** Of one key, by its name in the file. */
  @Nullable Object value(RecordComponent key) {
    try {
      return key.getAccessor().invoke(this);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("not a key: " + key, e);
    }
  }

  private int port() {
    return Integer.parseInt(httpAddress.substring(httpAddress.lastIndexOf(':') + 1));
  }

  /**
   * @throws InvalidSettings where an entry cannot be what was meant
   */
  RegistrySettings registrySettings(EgressProxy egress) {
    return new RegistrySettings(registries, egress);
  }
}
