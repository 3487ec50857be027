package dev.pinnedimage.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SchemaFrom;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the owner declares. The schema fills in the defaults; they are repeated here for objects
 * that never passed it. Enum fields are text: see {@link #unsupportedValue()}.
 */
@JsonClassDescription("What the owner declares.")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "!has(self.digest) || !has(self.rejectedDigests) || !(self.digest in self.rejectedDigests)",
    message = "spec.digest is one of spec.rejectedDigests: remove it from one of the two")
public record PinnedImageSpec(
    @JsonPropertyDescription(
            "The tagged reference to pin, as registry/repository:tag without a digest. No registry"
                + " means Docker Hub, no tag means latest. Required.")
        @Size(max = 512)
        @ValidationRule(
            value = "self.size() > 0",
            message =
                "spec.image is empty: write a tagged reference, such as"
                    + " docker.io/library/nginx:1.27")
        @ValidationRule(
            value = "!self.contains('@')",
            message =
                "spec.image takes a tag and no digest: remove the '@' and all behind it; an approved"
                    + " digest belongs in spec.digest")
        @ValidationRule(
            value = "!self.contains('://')",
            message =
                "spec.image is a reference and not a URL: remove the scheme, as in"
                    + " docker.io/library/nginx:1.27")
        @ValidationRule(
            value = "!self.matches(':[A-Za-z0-9_.-]{129,}$')",
            message = "the tag in spec.image is longer than the 128 characters that a tag may have")
        @ValidationRule(
            value = Grammar.LOWER_CASE_RULE,
            message = "the repository in spec.image must be lower-case",
            messageExpression =
                "'the repository in spec.image must be lower-case: write ' + self.lowerAscii()")
        @ValidationRule(
            value = Grammar.REFERENCE_RULE,
            message =
                "spec.image is no image reference: write registry/repository:tag, such as"
                    + " docker.io/library/nginx:1.27")
        @Nullable String image,
    @JsonPropertyDescription(
            "The approved digest, of the image index (docker buildx imagetools inspect prints it)."
                + " When set, exactly this digest is pinned once it is verified; editing it is how a"
                + " moved tag is approved, and how a pin is rolled back.")
        @Size(max = 128)
        @ValidationRule(
            value = "self.matches('" + Grammar.DIGEST + "')",
            message =
                "spec.digest must be sha256: and 64 lower-case hexadecimal digits: the digest of the"
                    + " image index, as docker buildx imagetools inspect prints it")
        @Nullable String digest,
    @JsonPropertyDescription(
            "The platforms that the index must carry, as os/arch or os/arch/variant. Unset: the"
                + " platforms of the nodes that the matched workloads can be scheduled on, or of all"
                + " schedulable nodes where no workload uses the image yet.")
        @Size(min = 1, max = 16)
        @ValidationRule(
            value = "self.all(p, p.matches('" + Grammar.PLATFORM + "'))",
            message =
                "each of spec.platforms is os/arch or os/arch/variant in lower case, such as"
                    + " linux/amd64 or linux/arm/v7")
        @ValidationRule(
            value = "self.all(p, self.exists_one(q, q == p))",
            message = "spec.platforms names a platform twice: name each one once")
        @Nullable List<@Size(max = 64) String> platforms,
    @JsonPropertyDescription(
            "What to do with an index that lacks a required platform. Enforce: never pin it. Warn:"
                + " pin it, and say so in the PlatformsCovered condition.")
        @SchemaFrom(type = PlatformPolicy.class)
        @Default("Enforce")
        String platformPolicy,
    @JsonPropertyDescription(
            "What to do with a tag that carries one platform only (a plain manifest, or an index of"
                + " one image and its attestation). Reject: an error. Allow: it may be pinned where"
                + " it covers the required platforms.")
        @SchemaFrom(type = SinglePlatform.class)
        @Default("Reject")
        String singlePlatform,
    @JsonPropertyDescription("How the pin moves when the tag has moved upstream.")
        @Default("{\"policy\":\"Manual\"}")
        Update update,
    @JsonPropertyDescription(
            "How the pinned image is written. TagAndDigest: repository:tag@sha256:…, so that people"
                + " still see the tag. DigestOnly: repository@sha256:….")
        @SchemaFrom(type = Form.class)
        @Default("TagAndDigest")
        String form,
    @JsonPropertyDescription(
            "Enforce: write the pin into the workloads. Report: observe and report, and never write a"
                + " workload.")
        @SchemaFrom(type = Mode.class)
        @Default("Enforce")
        String mode,
    @JsonPropertyDescription(
            "Narrows the workloads by their own metadata labels. Unset: every workload in the"
                + " namespace that uses the image.")
        @Nullable WorkloadSelector workloadSelector,
    @JsonPropertyDescription(
            "How often the tag is looked up, from 10s to 24h, in hours, minutes and seconds, such as"
                + " 1h30m.")
        @Size(max = 16)
        @ValidationRule(
            value = Grammar.DURATION_RULE,
            message =
                "spec.checkInterval must be a duration in hours, minutes and seconds, such as 30s,"
                    + " 5m or 1h30m")
        @ValidationRule(
            value = Grammar.INTERVAL_RULE,
            message = "spec.checkInterval must be from 10s to 24h")
        @Default("5m")
        String checkInterval,
    @JsonPropertyDescription(
            "Secrets in this namespace, of type kubernetes.io/dockerconfigjson or"
                + " kubernetes.io/dockercfg, with credentials for the registry. Where none of them has"
                + " any, those count that the pods of the matched workloads pull with.")
        @Size(max = 8)
        List<SecretName> imagePullSecrets,
    @JsonPropertyDescription(
            "Digests that are never pinned from the tag, say after a rollback. A tag that rests on"
                + " one of them is reported as CandidateRejected.")
        @Size(max = 64)
        @ValidationRule(
            value = "self.all(d, d.matches('" + Grammar.DIGEST + "'))",
            message =
                "each of spec.rejectedDigests must be sha256: and 64 lower-case hexadecimal digits")
        List<@Size(max = 128) String> rejectedDigests,
    @JsonPropertyDescription(
            "What happens to the workloads when this PinnedImage is deleted. Retain: they keep the"
                + " digest, until somebody applies the tag again. Restore: their images go back to the"
                + " tag before the PinnedImage is gone.")
        @SchemaFrom(type = DeletionPolicy.class)
        @Default("Retain")
        String deletionPolicy,
    @JsonPropertyDescription(
            "Stops look-ups and moves of the pin. What is pinned stays pinned, in new workloads too.")
        @Default("false")
        boolean suspend) {

  private static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(5);
  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(10);
  private static final Duration LONGEST_INTERVAL = Duration.ofHours(24);

  public PinnedImageSpec {
    platformPolicy = Objects.requireNonNullElse(platformPolicy, PlatformPolicy.Enforce.name());
    singlePlatform = Objects.requireNonNullElse(singlePlatform, SinglePlatform.Reject.name());
    update = Objects.requireNonNullElse(update, Update.MANUAL);
    form = Objects.requireNonNullElse(form, Form.TagAndDigest.name());
    mode = Objects.requireNonNullElse(mode, Mode.Enforce.name());
    checkInterval = Objects.requireNonNullElse(checkInterval, "5m");
    deletionPolicy = Objects.requireNonNullElse(deletionPolicy, DeletionPolicy.Retain.name());
    platforms = platforms == null ? null : List.copyOf(platforms);
    imagePullSecrets = imagePullSecrets == null ? List.of() : List.copyOf(imagePullSecrets);
    rejectedDigests = rejectedDigests == null ? List.of() : List.copyOf(rejectedDigests);
  }

  /** The same for an image that is spelled differently. */
  public PinnedImageSpec spelled(String otherImage) {
    return new PinnedImageSpec(
        otherImage,
        digest,
        platforms,
        platformPolicy,
        singlePlatform,
        update,
        form,
        mode,
        workloadSelector,
        checkInterval,
        imagePullSecrets,
        rejectedDigests,
        deletionPolicy,
        suspend);
  }

  /** Clamped to the schema's bounds, so that no stored object can make the operator spin. */
  public Duration interval() {
    try {
      Duration interval = Duration.parse("PT" + checkInterval.toUpperCase(Locale.ROOT));
      return interval.compareTo(SHORTEST_INTERVAL) < 0
          ? SHORTEST_INTERVAL
          : interval.compareTo(LONGEST_INTERVAL) > 0 ? LONGEST_INTERVAL : interval;
    } catch (DateTimeParseException e) {
      return DEFAULT_INTERVAL;
    }
  }

  public boolean reportsOnly() {
    return mode.equals(Mode.Report.name());
  }

  public boolean restoresOnDeletion() {
    return deletionPolicy.equals(DeletionPolicy.Restore.name());
  }

  public boolean allowsSinglePlatform() {
    return singlePlatform.equals(SinglePlatform.Allow.name());
  }

  public boolean onlyWarnsOfPlatforms() {
    return platformPolicy.equals(PlatformPolicy.Warn.name());
  }

  public boolean dropsTag() {
    return form.equals(Form.DigestOnly.name());
  }

  /**
   * A value that this version does not know, as {@code spec.field: "value"}: it got past the schema
   * of a newer CRD, and guessing what it means could roll a fleet.
   */
  public Optional<String> unsupportedValue() {
    return firstUnknown("spec.platformPolicy", platformPolicy, PlatformPolicy.values())
        .or(() -> firstUnknown("spec.singlePlatform", singlePlatform, SinglePlatform.values()))
        .or(() -> firstUnknown("spec.update.policy", update.policy(), UpdatePolicy.values()))
        .or(() -> firstUnknown("spec.form", form, Form.values()))
        .or(() -> firstUnknown("spec.mode", mode, Mode.values()))
        .or(() -> firstUnknown("spec.deletionPolicy", deletionPolicy, DeletionPolicy.values()));
  }

  private static Optional<String> firstUnknown(String field, String value, Enum<?>[] known) {
    for (Enum<?> constant : known) {
      if (constant.name().equals(value)) {
        return Optional.empty();
      }
    }
    String shown = value.length() <= 64 ? value : value.substring(0, 64) + "…";
    return Optional.of(field + ": \"" + shown + "\"");
  }

  /** What happens to an index that lacks a required platform. */
  public enum PlatformPolicy {
    Enforce,
    Warn
  }

  /** What happens to a tag that carries one platform only. */
  public enum SinglePlatform {
    Reject,
    Allow
  }

  /** How a pin is spelled in a workload. */
  public enum Form {
    TagAndDigest,
    DigestOnly
  }

  /** Whether workloads are written. */
  public enum Mode {
    Enforce,
    Report
  }

  /** What becomes of the workloads of a deleted PinnedImage. */
  public enum DeletionPolicy {
    Retain,
    Restore
  }

  /** Who moves the pin. */
  public enum UpdatePolicy {
    Manual
  }

  /** How the pin moves when the tag has moved upstream. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Update(
      @JsonPropertyDescription(
              "Manual: hold the pin and report the move; setting spec.digest approves it.")
          @SchemaFrom(type = UpdatePolicy.class)
          @Default("Manual")
          String policy) {
    static final Update MANUAL = new Update(UpdatePolicy.Manual.name());

    public Update {
      policy = Objects.requireNonNullElse(policy, UpdatePolicy.Manual.name());
    }
  }

  /** A Secret in the PinnedImage's own namespace. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record SecretName(
      @JsonPropertyDescription("Name of the Secret.")
          @Size(max = 253)
          @ValidationRule(
              value = "self.matches('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$')",
              message =
                  "each name in spec.imagePullSecrets must be the name of a Secret: lower-case"
                      + " letters, digits, '-' and '.'")
          @Required
          String name) {
    public SecretName {
      name = Objects.requireNonNullElse(name, "");
    }
  }

  /** Narrows the matched workloads. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record WorkloadSelector(
      @JsonPropertyDescription("Labels that a workload must carry, all of them.")
          @Size(max = 16)
          @ValidationRule(
              value = Grammar.LABEL_KEYS_RULE,
              message =
                  "each key in spec.workloadSelector.matchLabels must be a label key, such as"
                      + " app.kubernetes.io/name")
          @ValidationRule(
              value = Grammar.LABEL_VALUES_RULE,
              message =
                  "each value in spec.workloadSelector.matchLabels must be a label value: at most 63"
                      + " letters, digits, '-', '_' and '.', with a letter or digit at both ends")
          Map<String, @Size(max = 253) String> matchLabels) {
    public WorkloadSelector {
      matchLabels = matchLabels == null ? Map.of() : Map.copyOf(matchLabels);
    }
  }
}
