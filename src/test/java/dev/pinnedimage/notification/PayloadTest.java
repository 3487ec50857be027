package dev.pinnedimage.notification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.notification.payload.Payload;
import dev.pinnedimage.registry.Json;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The shapes are those of the vendors' documentation, whose address stands with each. */
class PayloadTest {
  private static final String DISTRIBUTION =
      "https://distribution.github.io/distribution/about/notifications/";
  private static final String DOCKER_HUB =
      "https://docs.docker.com/docker-hub/repos/manage/webhooks/";
  private static final String GITHUB =
      "https://docs.github.com/en/webhooks/webhook-events-and-payloads#package";
  private static final String GITHUB_REGISTRY =
      "https://docs.github.com/en/webhooks/webhook-events-and-payloads#registry_package";
  private static final String QUAY =
      "https://docs.redhat.com/en/documentation/red_hat_quay/3.4/html/use_red_hat_quay/repository_notifications";
  private static final String HARBOR =
      "https://goharbor.io/docs/latest/working-with-projects/project-configuration/configure-webhooks/";
  private static final String PUB_SUB =
      "https://cloud.google.com/artifact-registry/docs/configure-notifications";
  private static final String ECR =
      "https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html";

  /**
   * One row of the table.
   *
   * @param pushed canonical references; a repository alone stands for any of its tags
   */
  record Row(
      String source,
      String what,
      Payload payload,
      @Nullable String registry,
      String body,
      List<String> pushed) {
    static Row of(String source, String what, Payload payload, String body, String... pushed) {
      return new Row(source, what, payload, null, body, List.of(pushed));
    }

    Row at(String host) {
      return new Row(source, what + ", registry configured", payload, host, body, pushed);
    }

    @Override
    public String toString() {
      return payload + ": " + what + " (" + source + ")";
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
            distribution(), dockerHub(), gitHub(), quay(), harbor(), pubSub(), eventBridge())
        .flatMap(rows -> rows);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void readsWhatWasPushed(Row row) {
    assertThat(pushes(row.payload(), row.registry(), row.body()))
        .containsExactlyInAnyOrderElementsOf(row.pushed());
  }

  private static List<String> pushes(Payload payload, @Nullable String registry, String body) {
    return payload.pushes(Json.object(body.getBytes(UTF_8)).orElseThrow(), registry).stream()
        .map(p -> p.registry() + "/" + p.repository() + (p.tag() == null ? "" : ":" + p.tag()))
        .toList();
  }

  private static Stream<Row> distribution() {
    return Stream.of(
        Row.of(
            DISTRIBUTION,
            "push of an index, as recorded from version 3.1.2",
            Payload.DISTRIBUTION,
            """
            {"events": [{"id": "01a20fc5-bbe0-73f3-a895-0f43e595d854",
              "timestamp": "2026-11-24T22:55:46.656260244Z", "action": "push",
              "target": {"mediaType": "application/vnd.oci.image.index.v1+json",
                "digest": "sha256:dff9de10919148711140d349bf03f1a99eb06f94b03e51715ccebfa7cdc518e2",
                "size": 88, "length": 88, "repository": "web",
                "url": "http://127.0.0.1:28732/v2/web/manifests/sha256:dff9de10919148711140d349bf03f1a99eb06f94b03e51715ccebfa7cdc518e2",
                "tag": "1"},
              "request": {"id": "01a20fc5-bbd1-731c-a018-3a9ebcf489e7", "addr": "127.0.0.1:48288",
                "host": "127.0.0.1:28732", "method": "PUT", "useragent": "curl/7.88.1"},
              "actor": {},
              "source": {"addr": "registry:28732", "instanceID": "01a20fc5-b433-78cf-a2cb-00740fc1c995"}}]}
            """,
            "127.0.0.1:28732/web:1"),
        Row.of(
            DISTRIBUTION,
            "push by tag",
            Payload.DISTRIBUTION,
            envelope(event("push", "library/test", ", \"tag\": \"latest\"", "registry.corp:5000")),
            "registry.corp:5000/library/test:latest"),
        Row.of(
                DISTRIBUTION,
                "push by tag",
                Payload.DISTRIBUTION,
                envelope(event("push", "web", ", \"tag\": \"1\"", "10.0.0.7:5000")),
                "registry.corp/web:1")
            .at("registry.corp"),
        Row.of(
            DISTRIBUTION,
            "two events",
            Payload.DISTRIBUTION,
            envelope(
                event("push", "web", ", \"tag\": \"1\"", "registry.corp"),
                event("push", "web", ", \"tag\": \"2\"", "registry.corp")),
            "registry.corp/web:1",
            "registry.corp/web:2"),
        Row.of(
            DISTRIBUTION,
            "a blob or a platform's manifest, by digest",
            Payload.DISTRIBUTION,
            envelope(event("push", "web", "", "registry.corp"))),
        Row.of(
            DISTRIBUTION,
            "a pull",
            Payload.DISTRIBUTION,
            envelope(event("pull", "web", ", \"tag\": \"1\"", "registry.corp"))),
        Row.of(
            DISTRIBUTION,
            "a host that no reference can name",
            Payload.DISTRIBUTION,
            envelope(event("push", "web", ", \"tag\": \"1\"", "registry"))));
  }

  private static String envelope(String... events) {
    return "{\"events\": [" + String.join(",", events) + "]}";
  }

  private static String event(String action, String repository, String tag, String host) {
    return """
    {"id": "320678d8-ca14-430f-8bb6-4ca139cd83f7", "timestamp": "2016-03-09T14:44:26.402973972-08:00",
     "action": "%s",
     "target": {"mediaType": "application/vnd.docker.distribution.manifest.v2+json", "size": 708,
       "digest": "sha256:fea8895f450959fa676bcc1df0611ea93823a735a01205fd8622846041d0c7cf", "length": 708,
       "repository": "%s", "url": "http://192.168.100.227:5000/v2/x/manifests/sha256:fea8"%s},
     "request": {"id": "6df24a34-0959-4923-81ca-14f09767db19", "addr": "192.168.64.11:42961",
       "host": "%s", "method": "PUT", "useragent": "curl/7.38.0"},
     "actor": {}, "source": {"addr": "xtal.local:5000", "instanceID": "a53db899"}}
    """
        .formatted(action, repository, tag, host);
  }

  private static Stream<Row> dockerHub() {
    String body =
        """
        {"callback_url": "https://registry.hub.docker.com/u/svendowideit/testhook/hook/2141b5bi5i5b02bec211i4eeih0242eg11000a/",
         "push_data": {"pushed_at": 1417566161, "pusher": "trustedbuilder", "tag": "latest"},
         "repository": {"comment_count": 0, "is_official": false, "is_private": true, "name": "testhook",
           "namespace": "svendowideit", "owner": "svendowideit", "repo_name": "%s",
           "repo_url": "https://registry.hub.docker.com/u/svendowideit/testhook/", "status": "Active"}}
        """;
    return Stream.of(
        Row.of(
            DOCKER_HUB,
            "a push",
            Payload.DOCKER_HUB,
            body.formatted("svendowideit/testhook"),
            "docker.io/svendowideit/testhook:latest"),
        Row.of(
            DOCKER_HUB,
            "an official image",
            Payload.DOCKER_HUB,
            body.formatted("nginx"),
            "docker.io/library/nginx:latest"),
        Row.of(
            DOCKER_HUB,
            "a name with a host in it",
            Payload.DOCKER_HUB,
            body.formatted("evil.example.com:443/x")),
        Row.of(DOCKER_HUB, "nothing of it", Payload.DOCKER_HUB, "{\"repository\": 7}"));
  }

  private static Stream<Row> gitHub() {
    return Stream.of(
        Row.of(
            GITHUB,
            "package published",
            Payload.GITHUB,
            gitHub("package", "published", "CONTAINER", "v1"),
            "ghcr.io/octo-org/hello-world-npm:v1"),
        Row.of(
            GITHUB_REGISTRY,
            "registry_package updated",
            Payload.GITHUB,
            gitHub("registry_package", "updated", "CONTAINER", "v1"),
            "ghcr.io/octo-org/hello-world-npm:v1"),
        Row.of(
            GITHUB,
            "a version without a tag",
            Payload.GITHUB,
            gitHub("package", "published", "container", ""),
            "ghcr.io/octo-org/hello-world-npm"),
        Row.of(
                GITHUB,
                "an Enterprise Server",
                Payload.GITHUB,
                gitHub("package", "published", "CONTAINER", "v1"),
                "containers.ghe.corp/octo-org/hello-world-npm:v1")
            .at("containers.ghe.corp"),
        Row.of(
            GITHUB,
            "another kind of package",
            Payload.GITHUB,
            gitHub("package", "published", "npm", "v1")),
        Row.of(
            "https://docs.github.com/en/webhooks/webhook-events-and-payloads#ping",
            "the ping at set-up",
            Payload.GITHUB,
            "{\"zen\": \"Keep it logically awesome.\", \"hook_id\": 1, \"hook\": {\"type\": \"Organization\"}}"));
  }

  private static String gitHub(String key, String action, String type, String tag) {
    return """
    {"action": "%s",
     "%s": {"id": 10696, "name": "hello-world-npm", "namespace": "Octo-Org", "ecosystem": "%s",
       "package_type": "%s", "owner": {"login": "Octo-Org", "id": 6811672, "type": "Organization"},
       "package_version": {"id": 37, "version": "sha256:b5bb9d80", "container_metadata":
         {"tag": {"name": "%s", "digest": "sha256:b5bb9d80"}, "labels": {}, "manifest": {}}}},
     "sender": {"login": "octocat"}}
    """
        .formatted(action, key, type, type, tag);
  }

  private static Stream<Row> quay() {
    String body =
        """
        {"name": "repository", "repository": "dgangaia/test", "namespace": "dgangaia",
         "docker_url": "quay.io/dgangaia/test", "homepage": "https://quay.io/repository/dgangaia/repository"%s}
        """;
    return Stream.of(
        Row.of(
            QUAY,
            "a push of two tags",
            Payload.QUAY,
            body.formatted(", \"updated_tags\": [\"latest\", \"1.4\"]"),
            "quay.io/dgangaia/test:latest",
            "quay.io/dgangaia/test:1.4"),
        Row.of(
                QUAY,
                "a Quay of one's own",
                Payload.QUAY,
                body.formatted(", \"updated_tags\": [\"1.4\"]"),
                "quay.corp:8443/dgangaia/test:1.4")
            .at("quay.corp:8443"),
        Row.of(
            QUAY,
            "a build that is queued",
            Payload.QUAY,
            body.formatted(", \"docker_tags\": [\"master\", \"latest\"]")));
  }

  private static Stream<Row> harbor() {
    String resource =
        "{\"digest\": \"sha256:954b378c\", \"tag\": \"1.2\", \"resource_url\": \"harbor.corp/harbor/alpine:1.2\"}";
    String byDigest =
        "{\"digest\": \"sha256:954b378c\", \"tag\": \"sha256:954b378c\", \"resource_url\": \"harbor.corp/harbor/alpine@sha256:954b378c\"}";
    return Stream.of(
        Row.of(
            HARBOR,
            "artifact pushed, default format",
            Payload.HARBOR,
            harbor("PUSH_ARTIFACT", resource),
            "harbor.corp/harbor/alpine:1.2"),
        Row.of(
            HARBOR,
            "artifact pushed, by digest",
            Payload.HARBOR,
            harbor("PUSH_ARTIFACT", byDigest)),
        Row.of(HARBOR, "artifact pulled", Payload.HARBOR, harbor("PULL_ARTIFACT", resource)),
        Row.of(
            HARBOR,
            "artifact pushed, CloudEvents format",
            Payload.HARBOR,
            """
            {"specversion": "1.0", "id": "66e18103-09c1-41f6-982f-37df223f3eeb", "requestid": "51c0b694",
             "source": "/projects/2/webhook/policies/15", "type": "harbor.artifact.pushed",
             "datacontenttype": "application/json", "time": "2023-04-03T06:04:46Z",
             "data": {"resources": [%s], "repository": {"name": "alpine", "namespace": "harbor",
               "repo_full_name": "harbor/alpine", "repo_type": "private"}}, "operator": "harbor-jobservice"}
            """
                .formatted(resource),
            "harbor.corp/harbor/alpine:1.2"));
  }

  private static String harbor(String type, String resource) {
    return """
    {"type": "%s", "occur_at": 1680501893, "operator": "harbor-jobservice",
     "event_data": {"resources": [%s], "repository": {"date_created": 1680501893, "name": "alpine",
       "namespace": "harbor", "repo_full_name": "harbor/alpine", "repo_type": "private"}}}
    """
        .formatted(type, resource);
  }

  private static Stream<Row> pubSub() {
    String image = "us-east1-docker.pkg.dev/my-project/my-repo/hello-world";
    return Stream.of(
        Row.of(
            PUB_SUB,
            "an image with a tag",
            Payload.PUB_SUB,
            pubSub(
                "{\"action\":\"INSERT\",\"digest\":\"%s@sha256:6ec128e2\",\"tag\":\"%s:1.1\"}"
                    .formatted(image, image)),
            image + ":1.1"),
        Row.of(
            "https://cloud.google.com/container-registry/docs/configuring-notifications",
            "Container Registry",
            Payload.PUB_SUB,
            pubSub("{\"action\":\"INSERT\",\"tag\":\"gcr.io/my-project/hello-world:1.1\"}"),
            "gcr.io/my-project/hello-world:1.1"),
        Row.of(
            PUB_SUB,
            "an image without a tag",
            Payload.PUB_SUB,
            pubSub("{\"action\":\"INSERT\",\"digest\":\"%s@sha256:6ec128e2\"}".formatted(image))),
        Row.of(
            PUB_SUB,
            "a tag that is deleted",
            Payload.PUB_SUB,
            pubSub("{\"action\":\"DELETE\",\"tag\":\"%s:1.1\"}".formatted(image))),
        Row.of(PUB_SUB, "somebody else's message", Payload.PUB_SUB, pubSub("hello")),
        Row.of(PUB_SUB, "no base64", Payload.PUB_SUB, "{\"message\": {\"data\": \"%%\"}}"));
  }

  /** As https://cloud.google.com/pubsub/docs/push wraps it. */
  private static String pubSub(String data) {
    return """
    {"message": {"attributes": {}, "data": "%s", "messageId": "2070443601311540",
       "message_id": "2070443601311540", "publishTime": "2021-02-26T19:13:55.749Z"},
     "subscription": "projects/my-project/subscriptions/my-subscription"}
    """
        .formatted(Base64.getEncoder().encodeToString(data.getBytes(UTF_8)));
  }

  private static Stream<Row> eventBridge() {
    return Stream.of(
        Row.of(
            ECR,
            "a completed push",
            Payload.EVENT_BRIDGE,
            ecr("us-west-2", "SUCCESS", "PUSH", ", \"image-tag\": \"latest\""),
            "123456789012.dkr.ecr.us-west-2.amazonaws.com/my-repository-name:latest"),
        Row.of(
            "https://docs.amazonaws.cn/en_us/AmazonECR/latest/userguide/ecr-eventbridge.html",
            "in China",
            Payload.EVENT_BRIDGE,
            ecr("cn-north-1", "SUCCESS", "PUSH", ", \"image-tag\": \"latest\""),
            "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/my-repository-name:latest"),
        Row.of(
            ECR,
            "a manifest without a tag",
            Payload.EVENT_BRIDGE,
            ecr("us-west-2", "SUCCESS", "PUSH", "")),
        Row.of(
            ECR,
            "a push that failed",
            Payload.EVENT_BRIDGE,
            ecr("us-west-2", "FAILURE", "PUSH", ", \"image-tag\": \"latest\"")),
        Row.of(
            ECR,
            "a deletion",
            Payload.EVENT_BRIDGE,
            ecr("us-west-2", "SUCCESS", "DELETE", ", \"image-tag\": \"latest\"")),
        Row.of(
            ECR,
            "a region that would be another host",
            Payload.EVENT_BRIDGE,
            ecr("evil.example.com/x", "SUCCESS", "PUSH", ", \"image-tag\": \"latest\"")));
  }

  private static String ecr(String region, String result, String action, String tag) {
    return """
    {"version": "0", "id": "13cde686-328b-6117-af20-0e5566167482", "detail-type": "ECR Image Action",
     "source": "aws.ecr", "account": "123456789012", "time": "2019-11-16T01:54:34Z", "region": "%s",
     "resources": [], "detail": {"result": "%s", "repository-name": "my-repository-name",
       "image-digest": "sha256:7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd1234",
       "action-type": "%s"%s}}
    """
        .formatted(region, result, action, tag);
  }

  @Test
  void hearsTheFirstHundredEventsOfAPayload() {
    String many =
        IntStream.range(0, 200)
            .mapToObj(i -> event("push", "web", ", \"tag\": \"" + i + "\"", "registry.corp"))
            .collect(Collectors.joining(","));

    assertThat(pushes(Payload.DISTRIBUTION, null, envelope(many))).hasSize(100);
  }

  @Test
  void doesNotRunTheGrammarOverWhatIsLongerThanAnyName() {
    String body = envelope(event("push", "a/".repeat(50_000), ", \"tag\": \"1\"", "a.corp"));

    assertThat(pushes(Payload.DISTRIBUTION, null, body)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void hearsNothingInAnObjectOfAnotherShape(Payload payload) {
    for (String body :
        List.of(
            "{}",
            "{\"events\": {}, \"message\": [], \"detail\": 1, \"package\": null, \"action\": []}",
            "{\"docker_url\": \"quay.io\", \"updated_tags\": \"1\", \"type\": \"PUSH_ARTIFACT\"}")) {
      assertThat(pushes(payload, null, body)).isEmpty();
    }
  }
}
