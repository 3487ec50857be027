package dev.pinnedimage.demo;

import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.OperatorProcess;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RegistryServer;
import dev.pinnedimage.harness.TestImages;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * Tells the story and checks every step of it. Exit code 0 when all was shown, 1 when something was
 * not; at a terminal it stays at the end, for exploring.
 */
public final class Demo {
  private static final String REPOSITORY = "shop/web";
  private static final String TAG = "1.4";
  private static final String MANIFEST = "target/web.yaml";

  private final ControlPlane cluster;
  private final RegistryServer registry;
  private final TestImages images;
  private final Stage stage;
  private final String image;

  private Demo(ControlPlane cluster, RegistryServer registry) {
    this.cluster = cluster;
    this.registry = registry;
    this.images = new TestImages(registry);
    this.stage = new Stage(System.out, cluster);
    this.image = registry.host() + "/" + REPOSITORY + ":" + TAG;
  }

  public static void main(String[] args) throws Exception {
    System.out.println(
        "Starting etcd, kube-apiserver, controller-manager, scheduler, kwok, registry");
    try (ControlPlane cluster = ControlPlane.start();
        RegistryServer registry = RegistryServer.start()) {
      Demo demo = new Demo(cluster, registry);
      try (OperatorProcess _ = demo.install()) {
        demo.run();
        demo.stay();
      }
    } catch (Stage.NotShown e) {
      System.out.println("NOT SHOWN: " + e.getMessage());
      System.exit(1);
    }
  }

  /** The operator runs as a process of its own, with the rights of install.yaml and no others. */
  private OperatorProcess install() throws IOException {
    cluster.addNode("node-amd64", "amd64");
    cluster.addNode("node-arm64", "arm64");
    stage.run("kubectl create namespace shop");
    stage.run("kubectl config set-context --current --namespace=shop");
    stage.chapter("A cluster with an amd64 and an arm64 node, and the operator");
    stage.type("kubectl apply --server-side -f deploy/install.yaml -f deploy/admission.yaml");
    Path config = Files.createTempFile("pinnedimage-demo", ".yaml");
    config.toFile().deleteOnExit();
    Files.writeString(
        config,
        """
        httpAddress: 127.0.0.1:0
        registries:
        - host: %s
          plainHttp: true
        """
            .formatted(registry.host()),
        StandardCharsets.UTF_8);
    stage.say(
        "$ java -jar target/pinnedimage-operator.jar run --config demo.yaml &"
            + "   # as pinnedimage-system/pinnedimage-operator");
    Path kubeconfig = cluster.kubeconfigFor("pinnedimage-system", "pinnedimage-operator");
    return OperatorProcess.start(kubeconfig, config);
  }

  private void run() {
    PushedImage first = runATwoPlatformImage();
    pinIt(first);
    applyTheTagAgain(first);
    PushedImage second = moveTheTag(first);
    approve(second);
    pushTheLaptopImage(second);
    stage.say("\nAll shown.");
  }

  private PushedImage runATwoPlatformImage() {
    stage.chapter("A two-platform image runs by its tag");
    PushedImage pushed = push("first");
    stage.type(
        "kubectl create deployment web --replicas=2 --image="
            + image
            + " --dry-run=client -o yaml > "
            + MANIFEST);
    stage.type("kubectl apply --server-side -f " + MANIFEST);
    stage.type("kubectl rollout status deployment/web --timeout=60s");
    return pushed;
  }

  private PushedImage push(String content) {
    stage.say("(pushing " + content + " content for linux/amd64 and linux/arm64 to " + image + ")");
    return images.pushIndex(REPOSITORY, TAG, content, "linux/amd64", "linux/arm64");
  }

  private void pinIt(PushedImage first) {
    stage.chapter("Pin it");
    stage.type(
        """
        kubectl apply -f - <<EOF
        apiVersion: pinnedimage.dev/v1alpha1
        kind: PinnedImage
        metadata:
          name: web
        spec:
          image: %s
          checkInterval: 10s
        EOF\
        """
            .formatted(image));
    stage.type("kubectl wait --for=condition=Ready pin/web --timeout=30s");
    stage.type("kubectl get pinnedimages");
    String deployments = stage.type("kubectl get deploy -o wide");
    stage.require(
        deployments.contains(image + "@" + first.digest()),
        "the Deployment carries the digest of the index");
    stage.type("kubectl rollout status deployment/web --timeout=60s");
  }

  /** What Flux, Argo CD, Helm and people do all day: the manifest in git has the tag. */
  private void applyTheTagAgain(PushedImage first) {
    stage.chapter("Git applies the bare tag again: nothing changes, and nobody sees a drift");
    String generation = generation();
    stage.type("grep image: " + MANIFEST);
    stage.type("kubectl apply --server-side -f " + MANIFEST);
    stage.type("kubectl diff --server-side -f " + MANIFEST + " && echo no difference");
    stage.type("kubectl get deploy web -o jsonpath='generation {.metadata.generation}{\"\\n\"}'");
    stage.require(generation().equals(generation), "the Deployment did not change");
    requireImage(first);
  }

  private String generation() {
    return stage.run("kubectl get deploy web -o jsonpath='{.metadata.generation}'");
  }

  private PushedImage moveTheTag(PushedImage first) {
    stage.chapter("New content is pushed to the tag: nothing rolls, somebody has to decide");
    PushedImage second = push("second");
    stage.type("kubectl wait --for=condition=TagMoved pin/web --timeout=30s");
    String table = stage.type("kubectl get pinnedimages -o wide");
    String row = table.lines().skip(1).findFirst().orElse("");
    stage.require("True".equals(row.split(" +", -1)[3]), "TAG MOVED is True");
    requireImage(first);
    return second;
  }

  /** With the very command that the condition's message gives. */
  private void approve(PushedImage second) {
    stage.chapter("The owner approves, with the command that the condition gives");
    String message = stage.type(message("TagMoved"));
    String approval = message.substring(message.indexOf("kubectl patch"));
    String before = replicaSets();
    stage.type(approval.strip());
    stage.type(
        "kubectl wait deployment/web --timeout=30s --for=jsonpath="
            + "'{.spec.template.spec.containers[0].image}'="
            + image
            + "@"
            + second.digest());
    stage.type("kubectl rollout status deployment/web --timeout=60s");
    stage.type("kubectl get pinnedimages");
    requireImage(second);
    stage.require(
        Integer.parseInt(replicaSets()) == Integer.parseInt(before) + 1, "there was one rollout");
  }

  private void pushTheLaptopImage(PushedImage second) {
    stage.chapter("The incident: an image built on an arm64 laptop is pushed to the tag");
    stage.say("(pushing a plain linux/arm64 manifest to " + image + ")");
    var _ = images.pushManifest(REPOSITORY, TAG, "laptop", "linux/arm64");
    stage.type("kubectl annotate pin web pinnedimage.dev/requestedAt=\"$(date -Is)\"   # look now");
    stage.type("kubectl wait --for=condition=TagMoved pin/web --timeout=30s");
    stage.type("kubectl get pinnedimages -o wide");
    String message = stage.type(message("TagMoved"));
    stage.require(message.contains("is a plain manifest for linux/arm64"), "the refusal says why");
    stage.require(
        stage
            .run("kubectl get pin web -o jsonpath='{.status.conditions[*].reason}'")
            .contains("CandidateRejected"),
        "the reason is CandidateRejected");
    requireImage(second);
    stage.say("The pin stays, and no node has pulled anything.");
  }

  private static String message(String condition) {
    return "kubectl get pin web -o jsonpath='{.status.conditions[?(@.type==\""
        + condition
        + "\")].message}'";
  }

  private String replicaSets() {
    return stage.run("kubectl get replicasets -o name | wc -l").strip();
  }

  private void requireImage(PushedImage expected) {
    String running =
        stage.run("kubectl get deploy web -o jsonpath='{.spec.template.spec.containers[0].image}'");
    stage.require(
        running.equals(image + "@" + expected.digest()),
        "the Deployment runs " + expected.digest() + ", it says " + running);
  }

  private void stay() throws InterruptedException {
    if (Optional.ofNullable(System.console()).filter(Console::isTerminal).isEmpty()) {
      return;
    }
    System.out.println("\nThe cluster stays up for exploring, until Ctrl-C:");
    System.out.println("  export KUBECONFIG=" + cluster.adminKubeconfig());
    new CountDownLatch(1).await();
  }
}
