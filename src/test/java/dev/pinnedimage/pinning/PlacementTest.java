package dev.pinnedimage.pinning;

import static dev.pinnedimage.pinning.Fixtures.cordoned;
import static dev.pinnedimage.pinning.Fixtures.labelled;
import static dev.pinnedimage.pinning.Fixtures.node;
import static dev.pinnedimage.pinning.Fixtures.selecting;
import static dev.pinnedimage.pinning.Fixtures.tainted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.pinning.observed.Node;
import dev.pinnedimage.pinning.observed.Placement;
import dev.pinnedimage.pinning.observed.Placement.Requirement;
import dev.pinnedimage.pinning.observed.Placement.Term;
import dev.pinnedimage.pinning.observed.Placement.Toleration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hard rules of the Kubernetes scheduler, as far as they depend on the node alone. */
class PlacementTest {
  private static final Node NODE = labelled(node("n1", "linux/amd64"), "cores", "8");

  private static Placement affinity(Term... terms) {
    return new Placement(null, Map.of(), List.of(terms), List.of());
  }

  private static Placement tolerating(Toleration... tolerations) {
    return new Placement(null, Map.of(), null, List.of(tolerations));
  }

  private static Term term(Requirement... labels) {
    return new Term(List.of(labels), List.of());
  }

  private static Requirement requirement(String key, String operator, String values) {
    return new Requirement(
        key, operator, values.isEmpty() ? List.of() : List.of(values.split("\\|")));
  }

  @ParameterizedTest
  @CsvSource({"amd64, true", "arm64, false"})
  void followsTheNodeSelector(String arch, boolean admits) {
    assertThat(selecting("kubernetes.io/arch", arch).admits(NODE)).isEqualTo(admits);
  }

  @ParameterizedTest
  @CsvSource({
    "cores, In, 4|8, true",
    "cores, In, 4, false",
    "pool, In, a, false",
    "cores, NotIn, 4, true",
    "cores, NotIn, 8, false",
    "pool, NotIn, a, true",
    "cores, Exists, '', true",
    "pool, Exists, '', false",
    "pool, DoesNotExist, '', true",
    "cores, DoesNotExist, '', false",
    "cores, Gt, 7, true",
    "cores, Gt, 8, false",
    "cores, Lt, 9, true",
    "cores, Lt, 8, false",
    "pool, Gt, 1, false",
    "cores, Gt, many, false",
    "cores, Near, 8, false",
  })
  void followsRequiredNodeAffinity(String key, String operator, String values, boolean admits) {
    assertThat(affinity(term(requirement(key, operator, values))).admits(NODE)).isEqualTo(admits);
  }

  @Test
  void needsOneTermAndAllOfItsRequirements() {
    Requirement holds = requirement("cores", "In", "8");
    Requirement fails = requirement("cores", "In", "4");

    assertThat(affinity(term(fails), term(holds)).admits(NODE)).isTrue();
    assertThat(affinity(term(holds, fails)).admits(NODE)).isFalse();
    assertThat(affinity(term()).admits(NODE)).isFalse();
    assertThat(affinity().admits(NODE)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"n1, true", "n2, false"})
  void followsAffinityToANodesName(String name, boolean admits) {
    Term byName = new Term(List.of(), List.of(requirement("metadata.name", "In", name)));

    assertThat(affinity(byName).admits(NODE)).isEqualTo(admits);
  }

  @Test
  void keepsOffACordonedNode() {
    assertThat(Placement.ANYWHERE.admits(NODE)).isTrue();
    assertThat(Placement.ANYWHERE.admits(cordoned(NODE))).isFalse();
  }

  @Test
  void goesToANamedNodeWhateverItsState() {
    Placement named = new Placement("n1", Map.of(), null, List.of());

    assertThat(named.admits(tainted(cordoned(NODE), "gpu", "", "NoSchedule"))).isTrue();
    assertThat(named.admits(node("n2", "linux/amd64"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "gpu, Equal, yes, NoSchedule, true",
    "gpu, Equal, yes, '', true",
    "gpu, Exists, '', '', true",
    "'', Exists, '', '', true",
    "'', Exists, '', NoSchedule, true",
    "gpu, Equal, no, '', false",
    "gpu, Equal, yes, NoExecute, false",
    "tpu, Exists, '', '', false",
    "'', Equal, yes, '', false",
  })
  void keepsOffATaintThatIsNotTolerated(
      String key, String operator, String value, String effect, boolean admits) {
    Node tainted = tainted(NODE, "gpu", "yes", "NoSchedule");

    assertThat(Placement.ANYWHERE.admits(tainted)).isFalse();
    assertThat(tolerating(new Toleration(key, operator, value, effect)).admits(tainted))
        .isEqualTo(admits);
  }

  @ParameterizedTest
  @CsvSource({
    "node.kubernetes.io/not-ready, true",
    "node.kubernetes.io/unreachable, true",
    "node.kubernetes.io/disk-pressure, true",
    "node.cloudprovider.kubernetes.io/uninitialized, true",
    "node-role.kubernetes.io/control-plane, false",
    "example.com/gpu, false",
  })
  void looksThroughTaintsOfTheMoment(String key, boolean admits) {
    assertThat(Placement.ANYWHERE.admits(tainted(NODE, key, "", "NoExecute"))).isEqualTo(admits);
  }
}
