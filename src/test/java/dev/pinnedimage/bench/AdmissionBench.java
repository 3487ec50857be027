package dev.pinnedimage.bench;

import dev.pinnedimage.harness.ControlPlane;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * What the admission policy adds to the write of a workload, by the number of PinnedImages in its
 * namespace: dry-run creates of one Deployment over a kept-alive connection, in random turns, so
 * that a busy machine slows all alike. Exit code 1 where each PinnedImage adds more than {@value
 * #BOUND} of what the write takes without any, to a workload that uses none of them.
 */
public final class AdmissionBench {
  private static final double BOUND = 0.06;
  private static final List<Integer> SIZES = List.of(0, 10, 100, 500);
  private static final int REQUESTS = 40;
  private static final int WARM_UP = 300;
  private static final String NONE = "ghcr.io/example/other:3";

  private final KubernetesClient admin;
  private final Sample sample;

  private AdmissionBench(KubernetesClient admin, Sample sample) {
    this.admin = admin;
    this.sample = sample;
  }

  /** One row of the table. */
  private record Writes(String namespace, int size, String image, List<Double> millis) {
    double median() {
      List<Double> sorted = millis.stream().sorted(Comparator.naturalOrder()).toList();
      return sorted.get(sorted.size() / 2);
    }
  }

  public static void main(String[] args) {
    double added;
    try (ControlPlane cluster = ControlPlane.start()) {
      cluster.apply(Path.of("deploy/install.yaml"));
      cluster.addNode("node-amd64", "amd64");
      cluster.addNode("node-arm64", "arm64");
      AdmissionBench bench = new AdmissionBench(cluster.admin(), Sample.make(cluster));
      added = bench.run(cluster);
    }
    System.exit(added <= BOUND ? 0 : 1);
  }

  private double run(ControlPlane cluster) {
    List<String> namespaces = new ArrayList<>();
    for (int size : SIZES) {
      String namespace = cluster.newNamespace("bench");
      for (int copy = 0; copy < size; copy++) {
        sample.copyTo(namespace, copy);
      }
      namespaces.add(namespace);
    }
    Writes warmUp = new Writes(namespaces.getFirst(), 0, NONE, new ArrayList<>());
    Writes without = new Writes(namespaces.getLast(), 0, NONE, new ArrayList<>());
    write(warmUp, WARM_UP);
    write(without, REQUESTS * 2);
    cluster.apply(Path.of("deploy/admission.yaml"));
    awaitPolicy(namespaces.get(1));
    return measured(namespaces, without);
  }

  private void awaitPolicy(String namespace) {
    String pinned = sample.image(0) + "@sha256:";
    while (!write(namespace, sample.image(0)).contains(pinned)) {
      Thread.onSpinWait();
    }
  }

  private double measured(List<String> namespaces, Writes without) {
    List<Writes> usingNone = new ArrayList<>();
    List<Writes> usingOne = new ArrayList<>();
    for (int i = 0; i < SIZES.size(); i++) {
      int size = SIZES.get(i);
      usingNone.add(new Writes(namespaces.get(i), size, NONE, new ArrayList<>()));
      String image = size == 0 ? NONE : sample.image(size / 2);
      usingOne.add(new Writes(namespaces.get(i), size, image, new ArrayList<>()));
    }
    List<Writes> all = new ArrayList<>(usingNone);
    all.addAll(usingOne);
    inTurns(all);
    System.out.printf("One PinnedImage: %,d bytes of JSON%n", bytes(namespaces.getLast()));
    System.out.printf("%-22s %14s %14s%n", "PinnedImages", "uses none", "uses one");
    System.out.printf("%-22s %11.1f ms%n", "without the policy", without.median());
    for (int i = 0; i < SIZES.size(); i++) {
      print(usingNone.get(i), usingOne.get(i));
    }
    return added(usingNone.getFirst().median(), usingNone.getLast().median());
  }

  private static double added(double withNone, double withMost) {
    double each = (withMost - withNone) / SIZES.getLast();
    System.out.printf(
        "Each PinnedImage adds %.3f ms, %.3f of a write without any (at most %.2f)%n",
        each, each / withNone, BOUND);
    return each / withNone;
  }

  private void inTurns(List<Writes> all) {
    List<Writes> turns = new ArrayList<>();
    all.forEach(writes -> turns.addAll(Collections.nCopies(requests(writes), writes)));
    Collections.shuffle(turns, new Random(7));
    turns.forEach(writes -> write(writes, 1));
  }

  /** Fewer of those that take longest. */
  private static int requests(Writes writes) {
    return writes.size() > 100 ? REQUESTS / 2 : REQUESTS;
  }

  private static void print(Writes none, Writes one) {
    System.out.printf("%-22d %11.1f ms %11.1f ms%n", none.size(), none.median(), one.median());
  }

  private int bytes(String namespace) {
    String path =
        "/apis/pinnedimage.dev/v1alpha1/namespaces/" + namespace + "/pinnedimages/app-000";
    return admin.raw(path).trim().getBytes(StandardCharsets.UTF_8).length;
  }

  private void write(Writes writes, int requests) {
    for (int i = 0; i < requests; i++) {
      long start = System.nanoTime();
      String answer = write(writes.namespace(), writes.image());
      writes.millis().add((System.nanoTime() - start) / 1e6);
      boolean isPinned = answer.contains("@sha256:");
      if (isPinned == writes.image().equals(NONE)) {
        throw new IllegalStateException("not what was expected: " + answer);
      }
    }
  }

  private String write(String namespace, String image) {
    String deployment =
        """
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "bench"},
         "spec": {"selector": {"matchLabels": {"app": "bench"}},
          "template": {"metadata": {"labels": {"app": "bench"}},
           "spec": {"containers": [{"name": "main", "image": "%s"},
                                   {"name": "sidecar", "image": "busybox:1.36"}]}}}}
        """
            .formatted(image);
    String path = "/apis/apps/v1/namespaces/" + namespace + "/deployments?dryRun=All";
    return admin.raw(path, "POST", deployment);
  }
}
