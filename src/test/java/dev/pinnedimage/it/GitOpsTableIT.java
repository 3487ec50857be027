package dev.pinnedimage.it;

import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PolicyCluster;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Flux, Helm and kubectl make of a pin, on a cluster with the admission policy and on one
 * without it. {@code make gitops-table} writes what is seen into the page.
 */
@RealCluster
@Order(2)
class GitOpsTableIT {
  @Test
  void isWhatThePageSays(
      @PolicyCluster ControlPlane withPolicy,
      ControlPlane withoutIt,
      RegistryServer registry,
      @TempDir Path directory)
      throws IOException, ExecutionException, InterruptedException {
    try (ExecutorService both = Executors.newFixedThreadPool(2)) {
      Future<List<String>> one = both.submit(() -> column(withPolicy, true, registry, directory));
      Future<List<String>> other = both.submit(() -> column(withoutIt, false, registry, directory));
      GitOpsPage.compare(one.get(), other.get());
    }
  }

  private static List<String> column(
      ControlPlane cluster, boolean hasPolicy, RegistryServer registry, Path directory)
      throws IOException {
    String name = hasPolicy ? "gitops-policy" : "gitops";
    try (World world = World.start(cluster, registry, name);
        ImagesSeen seen = new ImagesSeen(world)) {
      List<String> cells = new ArrayList<>();
      try (FluxRows flux = new FluxRows(world, seen, hasPolicy)) {
        cells.addAll(List.of(flux.rounds(), flux.newTag(), flux.approval()));
      }
      ApplierRows others =
          new ApplierRows(world, seen, Files.createDirectory(directory.resolve(name)));
      cells.addAll(
          List.of(
              others.helm(),
              others.helmRollback(),
              others.helmClientSide(),
              others.serverSide(),
              others.clientSide(),
              others.owner()));
      return cells;
    }
  }
}
