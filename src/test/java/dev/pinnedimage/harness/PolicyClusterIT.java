package dev.pinnedimage.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

@PolicyCluster
class PolicyClusterIT {
  @Test
  void hasThePolicyItsBindingAndItsParameters(ControlPlane cluster) {
    assertThat(
            cluster.kubectl(
                "get",
                "mutatingadmissionpolicy/pinnedimage",
                "mutatingadmissionpolicybinding/pinnedimage",
                "crd/pinnedimages.pinnedimage.dev",
                "-o",
                "name"))
        .hasLineCount(3);
  }
}
