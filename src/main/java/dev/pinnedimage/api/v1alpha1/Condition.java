package dev.pinnedimage.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/**
 * A condition by the Kubernetes API conventions. fabric8's own type lacks the required fields and
 * the list-map key.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Condition(
    @JsonPropertyDescription("Which fact this is about.") @Required String type,
    @JsonPropertyDescription("True, False or Unknown.") @Required String status,
    @JsonPropertyDescription("The metadata.generation that this condition speaks of.")
        long observedGeneration,
    @JsonPropertyDescription("When the status last changed.") @Required String lastTransitionTime,
    @JsonPropertyDescription("Why, in one word for a machine.") @Required String reason,
    @JsonPropertyDescription("Why, in one sentence for a person, with the next step.") @Required
        String message) {

  @JsonIgnore
  public boolean isTrue() {
    return status.equals("True");
  }
}
