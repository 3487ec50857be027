package dev.pinnedimage.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.Reason;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.pinning.RestoreReport;
import dev.pinnedimage.pinning.State;
import dev.pinnedimage.pinning.Transitions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConditionsPageTest {
  private static final Page PAGE = Page.read(Path.of("docs/conditions.md"));
  private static final Pattern STRUCTURE =
      Pattern.compile(
          "\n- \\*\\*On:\\*\\* .+\\.\n- \\*\\*Means:\\*\\* .+\\.\n- \\*\\*By itself:\\*\\* .+\\.\n"
              + "- \\*\\*To do:\\*\\* .+\\.\n.*",
          Pattern.DOTALL);
  private static final Pattern ON = Pattern.compile("`(\\w+)=(True|False|Unknown)`");

  @Test
  void documentsEveryReasonAndNoOther() {
    Set<String> inCode =
        Stream.concat(
                Stream.of(Reason.values()).map(Reason::name),
                Stream.of(Failure.values()).map(Failure::reason))
            .collect(Collectors.toSet());

    assertThat(PAGE.entries("Reasons of ").keySet()).containsExactlyInAnyOrderElementsOf(inCode);
  }

  @Test
  void documentsEveryConditionTypeInOrder() {
    assertThat(PAGE.entries("Condition types").keySet())
        .containsExactlyElementsOf(names(ConditionType.values()));
  }

  @Test
  void documentsEveryStateInTheOrderOfTheList() {
    assertThat(PAGE.entries("Workload states").keySet())
        .containsExactlyElementsOf(names(State.values()));
  }

  @Test
  void saysOfEachReasonWhereItStandsWhatItMeansAndWhatToDo() {
    assertThat(PAGE.entries("Reasons of "))
        .allSatisfy((reason, text) -> assertThat(text).as(reason).matches(STRUCTURE));
  }

  @Test
  void namesOnlyConditionsThatExist() {
    for (Map.Entry<String, String> entry : PAGE.entries("Reasons of ").entrySet()) {
      String on =
          entry.getValue().lines().filter(l -> l.contains("**On:**")).findFirst().orElse("");
      assertThat(ON.matcher(on).results().map(match -> match.group(1)).toList())
          .as(entry.getKey())
          .isNotEmpty()
          .isSubsetOf(names(ConditionType.values()));
    }
  }

  @Test
  void documentsTheEventsWhoseReasonIsNoConditions() {
    Stream<String> ofTransitions =
        Transitions.between(PinnedImageStatus.EMPTY, withTagMoved()).stream()
            .map(Transitions.Happened::reason);
    Stream<String> ofDeletions = names(RestoreReport.EventReason.values()).stream();

    assertThat(PAGE.entries("Events").keySet())
        .containsExactlyElementsOf(Stream.concat(ofTransitions, ofDeletions).toList());
  }

  private static PinnedImageStatus withTagMoved() {
    Condition moved =
        new Condition(
            ConditionType.TagMoved.name(),
            "True",
            1,
            "2026-01-01T00:00:00Z",
            Reason.AwaitingApproval.name(),
            "moved");
    return new PinnedImageStatus(
        1L, null, null, List.of(), Map.of(), Map.of(), null, List.of(), List.of(moved));
  }

  private static List<String> names(Enum<?>[] constants) {
    return Stream.of(constants).map(Enum::name).toList();
  }
}
