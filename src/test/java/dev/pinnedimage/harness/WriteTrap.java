package dev.pinnedimage.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * Stands in the API server's way of writing what one user writes: a validating webhook that is told
 * of each write before it happens, and that may refuse it. So a test can kill a process exactly
 * before a write (and refuse it) or after it (and let it pass while nobody hears the answer).
 */
public final class WriteTrap implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ControlPlane cluster;
  private final String name;
  private final RunDirectory run = new RunDirectory();
  private final HttpsServer server;
  private final AtomicInteger writes = new AtomicInteger();
  private final IntPredicate mayPass;

  private WriteTrap(ControlPlane cluster, String name, IntPredicate mayPass) {
    this.cluster = cluster;
    this.name = name;
    this.mayPass = mayPass;
    PrivateCa ca = PrivateCa.create(run);
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(ca.serving()));
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/", this::review);
      server.start();
      install(Files.readAllBytes(ca.caFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Set for the service account of install.yaml, in one namespace.
   *
   * @param mayPass called with 1 for the first write, 2 for the second, …; false refuses it
   */
  public static WriteTrap set(ControlPlane cluster, String namespace, IntPredicate mayPass) {
    return new WriteTrap(cluster, namespace, mayPass);
  }

  /** How many writes were asked for so far. */
  public int writes() {
    return writes.get();
  }

  private void install(byte[] ca) {
    String yaml =
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: %s}
        webhooks:
        - name: trap.pinnedimage.test
          admissionReviewVersions: [v1]
          sideEffects: None
          failurePolicy: Fail
          clientConfig: {url: "https://127.0.0.1:%d/", caBundle: %s}
          namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}
          matchConditions:
          - name: operator
            expression: request.userInfo.username.endsWith(":pinnedimage-operator")
          rules:
          - {apiGroups: [pinnedimage.dev], apiVersions: ["*"], resources: [pinnedimages/status], operations: [UPDATE]}
          - {apiGroups: [apps], apiVersions: ["*"], resources: [deployments], operations: [UPDATE]}
        """
            .formatted(
                name, server.getAddress().getPort(), Base64.getEncoder().encodeToString(ca), name);
    cluster
        .admin()
        .resource(
            cluster
                .admin()
                .getKubernetesSerialization()
                .unmarshal(yaml, ValidatingWebhookConfiguration.class))
        .create();
  }

  private void review(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = JSON.readTree(exchange.getRequestBody()).path("request");
      boolean allowed = mayPass.test(writes.incrementAndGet());
      byte[] answer =
          """
          {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",
           "response":{"uid":"%s","allowed":%s,"status":{"code":500,"message":"trapped"}}}
          """
              .formatted(request.path("uid").asText(), allowed)
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  @Override
  public void close() {
    cluster
        .admin()
        .admissionRegistration()
        .v1()
        .validatingWebhookConfigurations()
        .withName(name)
        .delete();
    server.stop(0);
    run.close();
  }
}
