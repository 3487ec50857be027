package dev.pinnedimage.pinning;

import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.pinning.RestoreReport.Failure;
import dev.pinnedimage.pinning.Transitions.Happened;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Workload;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RestoreReportTest {
  private static final String PIN = digest(FIRST);

  private static RestoreRules running(Workload... workloads) {
    World world = World.of("{image: acme/web:1.4}").reconciled().running(workloads);
    return RestoreRules.of(
        world.observation(RestoreRules.holder(world.pinnedImage()).orElseThrow(), false));
  }

  private static Workload carrying(String name) {
    return deployment(name, pinned("acme/web:1.4", FIRST));
  }

  private static RestoreRules running(int many) {
    return running(
        IntStream.range(0, many).mapToObj(i -> carrying("w" + i)).toArray(Workload[]::new));
  }

  @Test
  void saysWhoKeepsTheDigestAndWhatTheNextApplyWillDo() {
    RestoreRules one = running(carrying("web"));
    RestoreRules two = running(carrying("a"), carrying("b"));

    assertThat(new RestoreReport(one).retained(one.edits()))
        .containsExactly(
            new Happened(
                false,
                "Retained",
                "Deployment web keeps the digest of docker.io/acme/web:1.4@"
                    + PIN
                    + "; the next apply of the tag unpins it: to keep it pinned, apply that"
                    + " reference"));
    assertThat(new RestoreReport(two).retained(two.edits()))
        .extracting(Happened::message)
        .singleElement()
        .asString()
        .startsWith("2 workloads (Deployment a, Deployment b) keep the digest of ")
        .contains("the next apply of the tag unpins them");
  }

  @Test
  void saysNothingWhereNobodyKeepsIt() {
    RestoreRules none = running(deployment("web", "acme/web:1.4"));

    assertThat(new RestoreReport(none).retained(none.edits())).isEmpty();
    assertThat(new RestoreReport(none).restored(none.edits(), List.of())).isEmpty();
  }

  @Test
  void countsTheWorkloadsThatWentBackAndOnlyThose() {
    RestoreRules rules = running(carrying("a"), carrying("b"), carrying("c"));
    List<Outcome> outcomes =
        List.of(
            new Outcome.Written("uid-a", List.of()),
            new Outcome.Refused("uid-b", "no"),
            new Outcome.Gone("uid-c"));

    assertThat(new RestoreReport(rules).restored(rules.edits(), outcomes))
        .containsExactly(
            new Happened(
                false,
                "Restored",
                "Deployment a went back to the tag docker.io/acme/web:1.4 from the pin " + PIN));
    assertThat(RestoreReport.failures(rules.edits(), outcomes))
        .extracting(failure -> failure.edit().workload().name())
        .containsExactly("b");
  }

  @Test
  void namesWhatCouldNotBeRestoredWithTheReasonAndTheCommand() {
    RestoreRules rules = running(carrying("web"));
    List<Failure> failures =
        RestoreReport.failures(
            rules.edits(), List.of(new Outcome.Refused("uid-web", "denied by the platform team")));

    assertThat(new RestoreReport(rules).failed(failures))
        .containsExactly(
            new Happened(
                true,
                "RestoreFailed",
                "Deployment web keeps acme/web:1.4@"
                    + PIN
                    + "; give it the tag back with: kubectl -n shop set image deployment/web"
                    + " c0=acme/web:1.4; the API server said: denied by the platform team"));
  }

  @Test
  void anImageVolumeTakesAPatchByHand() {
    Container volume =
        Container.imageVolume(
            "data", "/spec/template/spec/volumes/0", pinned("acme/web:1.4", FIRST));
    RestoreRules rules = running(deployment("web").withContainers(List.of(volume)));
    List<Failure> failures =
        RestoreReport.failures(rules.edits(), List.of(new Outcome.Contended("uid-web")));

    assertThat(new RestoreReport(rules).failed(failures))
        .singleElement()
        .extracting(Happened::message)
        .asString()
        .contains(
            "kubectl -n shop patch deployment/web --type json -p"
                + " '[{\"op\":\"replace\",\"path\":\"/spec/template/spec/volumes/0/image/reference\","
                + "\"value\":\"acme/web:1.4\"}]'",
            "it changed each time that the tag was written");
  }

  @Test
  void neverSendsMoreThanElevenEventsOrNamesMoreThanTenWorkloads() {
    RestoreRules rules = running(30);
    List<Failure> failures = RestoreReport.unsupported(rules.edits(), "spec.mode: \"Watch\"");

    List<Happened> failed = new RestoreReport(rules).failed(failures);

    assertThat(failed).hasSize(11);
    assertThat(failed.getFirst().message())
        .endsWith("spec.mode: \"Watch\" is not known to this version of the operator");
    assertThat(failed.getLast().message()).startsWith("20 more workloads keep");
    assertThat(new RestoreReport(rules).retained(rules.edits()).getFirst().message())
        .startsWith("30 workloads (Deployment w0, ")
        .contains("Deployment w9, …) keep the digest");
  }
}
