package dev.pinnedimage.harness;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The five processes of a control plane. Each is told to keep what a real cluster does and to leave
 * out what one node on loopback has no use for: elections, metrics ports, fsync.
 */
record ControlPlaneProcesses(
    ManagedProcess etcd,
    ApiServer apiServer,
    ManagedProcess controllerManager,
    ManagedProcess scheduler,
    ManagedProcess kwok) {

  static ControlPlaneProcesses start(RunDirectory run, PolicyApi policyApi) {
    Etcd etcd = FreePort.start(run, port -> Etcd.start(run, port));
    ApiServer apiServer = ApiServer.start(run, etcd.url(), policyApi);
    apiServer.awaitReady();
    return new ControlPlaneProcesses(
        etcd.process(),
        apiServer,
        controllerManager(run, apiServer),
        scheduler(run, apiServer),
        kwok(run, apiServer));
  }

  /** An API server that loses etcd first never finishes its own shutdown and keeps its port. */
  void stop() {
    apiServer.closeClient();
    for (ManagedProcess each :
        List.of(kwok, scheduler, controllerManager, apiServer.running(), etcd)) {
      if (each.isAlive()) {
        each.stop();
      }
    }
  }

  private record Etcd(ManagedProcess process, String url) {
    static Etcd start(RunDirectory run, int port) {
      String url = "http://127.0.0.1:" + port;
      ManagedProcess process =
          ManagedProcess.start(
              run,
              "etcd",
              Map.of(),
              List.of(
                  Binaries.located().path("etcd").toString(),
                  "--unsafe-no-fsync",
                  "--data-dir=" + run.resolve("etcd"),
                  "--listen-client-urls=" + url,
                  "--advertise-client-urls=" + url,
                  "--listen-peer-urls=http://127.0.0.1:0",
                  "--log-level=warn"));
      process.await("etcd to listen", Duration.ofSeconds(30), () -> FreePort.accepts(port));
      return new Etcd(process, url);
    }
  }

  private static ManagedProcess controllerManager(RunDirectory run, ApiServer apiServer) {
    return ManagedProcess.start(
        run,
        "kube-controller-manager",
        Map.of(),
        List.of(
            Binaries.located().path("kube-controller-manager").toString(),
            "--kubeconfig=" + apiServer.kubeconfig(ApiServer.User.CONTROLLER_MANAGER),
            "--service-account-private-key-file=" + apiServer.serviceAccountKey(),
            "--root-ca-file=" + apiServer.certificate(),
            "--leader-elect=false",
            "--secure-port=0",
            // Fake nodes must outlive an outage of the API server.
            "--node-monitor-grace-period=10m",
            "--kube-api-qps=500",
            "--kube-api-burst=1000"));
  }

  private static ManagedProcess scheduler(RunDirectory run, ApiServer apiServer) {
    Path config =
        run.write(
            "scheduler.yaml",
            """
            apiVersion: kubescheduler.config.k8s.io/v1
            kind: KubeSchedulerConfiguration
            clientConnection:
              kubeconfig: %s
              qps: 500
              burst: 1000
            leaderElection:
              leaderElect: false
            enableProfiling: false
            """
                .formatted(apiServer.kubeconfig(ApiServer.User.SCHEDULER)));
    return ManagedProcess.start(
        run,
        "kube-scheduler",
        Map.of(),
        List.of(
            Binaries.located().path("kube-scheduler").toString(),
            "--config=" + config,
            "--secure-port=0"));
  }

  private static ManagedProcess kwok(RunDirectory run, ApiServer apiServer) {
    return ManagedProcess.start(
        run,
        "kwok",
        Map.of("HOME", run.path().toString()),
        List.of(
            Binaries.located().path("kwok").toString(),
            "--kubeconfig=" + apiServer.kubeconfig(ApiServer.User.KWOK),
            "--config=" + Binaries.located().path("kwok-stages.yaml"),
            "--manage-nodes-with-annotation-selector=" + FakeNodes.ANNOTATION + "=fake",
            "--node-lease-duration-seconds=40"));
  }
}
