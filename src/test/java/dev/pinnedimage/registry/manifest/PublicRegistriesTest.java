package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.image.Failure.ACCESS_DENIED;
import static dev.pinnedimage.image.Failure.AUTHENTICATION_REQUIRED;
import static dev.pinnedimage.image.Failure.CREDENTIALS_REJECTED;
import static dev.pinnedimage.image.Failure.RATE_LIMITED;
import static dev.pinnedimage.image.Failure.REGISTRY_UNAVAILABLE;
import static dev.pinnedimage.image.Failure.REPOSITORY_NOT_FOUND;
import static dev.pinnedimage.image.Failure.TAG_NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.ResolverHarness;
import dev.pinnedimage.registry.ScriptedRegistry;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How public registries say no, as their documentation, source or users recorded it at the address
 * of each row: statuses and codes differ, and a HEAD has no body to tell them apart.
 */
class PublicRegistriesTest extends ResolverHarness {
  private static final String BEARER =
      "Bearer realm=\"http://REGISTRY/token\",service=\"s\",scope=\"repository:team/app:pull\"";
  private static final String INSUFFICIENT = BEARER + ",error=\"insufficient_scope\"";

  /**
   * @param challenge of a 401
   * @param token the token server's status
   */
  record Answer(int status, String code, String challenge, int token) {
    static Answer of(int status, String code) {
      return new Answer(status, code, "", 200);
    }

    static Answer asking(String challenge, String code, int token) {
      return new Answer(401, code, challenge, token);
    }
  }

  record Fact(
      String registry,
      String situation,
      boolean login,
      Answer answer,
      Failure reason,
      String source) {
    @Override
    public String toString() {
      return registry + ", " + situation + ": " + reason.reason();
    }
  }

  private static Fact anyone(
      String registry, String situation, Answer answer, Failure reason, String source) {
    return new Fact(registry, situation, false, answer, reason, source);
  }

  private static Fact login(
      String registry, String situation, Answer answer, Failure reason, String source) {
    return new Fact(registry, situation, true, answer, reason, source);
  }

  static Stream<Fact> facts() {
    return Stream.of(hub(), github(), quay(), clouds(), selfHosted()).flatMap(each -> each);
  }

  private static Stream<Fact> hub() {
    String tokens =
        "https://github.com/distribution/distribution/blob/main/registry/auth/token/accesscontroller.go";
    String limits = "https://docs.docker.com/docker-hub/usage/pulls/";
    String spec =
        "https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes";
    return Stream.of(
        anyone(
            "Docker Hub",
            "a private or missing repository",
            Answer.asking(INSUFFICIENT, "UNAUTHORIZED", 200),
            AUTHENTICATION_REQUIRED,
            tokens),
        login(
            "Docker Hub",
            "a private or missing repository",
            Answer.asking(INSUFFICIENT, "UNAUTHORIZED", 200),
            ACCESS_DENIED,
            tokens),
        login(
            "Docker Hub",
            "a wrong password",
            Answer.asking(BEARER, "UNAUTHORIZED", 401),
            CREDENTIALS_REJECTED,
            "https://distribution.github.io/distribution/spec/auth/token/"),
        anyone(
            "Docker Hub", "a missing tag", Answer.of(404, "MANIFEST_UNKNOWN"), TAG_NOT_FOUND, spec),
        anyone(
            "Docker Hub",
            "pulls used up",
            Answer.of(429, "TOOMANYREQUESTS"),
            RATE_LIMITED,
            limits));
  }

  private static Stream<Fact> github() {
    return Stream.of(
        anyone(
            "GitHub Packages",
            "a private or missing package",
            Answer.asking(BEARER, "UNAUTHORIZED", 403),
            AUTHENTICATION_REQUIRED,
            "https://github.com/epics-containers/epics-containers.github.io/issues/109"),
        anyone(
            "GitHub Packages",
            "a missing package, asked for with a token",
            Answer.asking(BEARER, "UNAUTHORIZED", 200),
            AUTHENTICATION_REQUIRED,
            "https://github.com/getwud/wud/issues/478"),
        login(
            "GitHub Packages",
            "a token without read:packages",
            Answer.of(403, "DENIED"),
            ACCESS_DENIED,
            "https://github.com/oblien/openship/issues/255"));
  }

  private static Stream<Fact> quay() {
    String source = "https://github.com/quay/quay/blob/master/endpoints/v2/errors.py";
    return Stream.of(
        anyone(
            "Quay",
            "a private or missing repository",
            Answer.asking(BEARER, "UNAUTHORIZED", 200),
            AUTHENTICATION_REQUIRED,
            "https://github.com/shipwright-io/build/issues/788"),
        login(
            "Quay",
            "a repository that the robot may not read",
            Answer.asking(BEARER, "UNAUTHORIZED", 200),
            ACCESS_DENIED,
            source),
        anyone("Quay", "a missing tag", Answer.of(404, "MANIFEST_UNKNOWN"), TAG_NOT_FOUND, source),
        anyone("Quay", "a tag that expired", Answer.of(404, "TAG_EXPIRED"), TAG_NOT_FOUND, source),
        anyone(
            "Quay",
            "a missing repository",
            Answer.of(404, "NAME_UNKNOWN"),
            REPOSITORY_NOT_FOUND,
            source),
        anyone("Quay", "a disabled namespace", Answer.of(405, "DENIED"), ACCESS_DENIED, source),
        anyone("Quay", "a country it bars", Answer.of(403, "DENIED"), ACCESS_DENIED, source));
  }

  private static Stream<Fact> clouds() {
    String aws = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors.html";
    return Stream.of(
        anyone(
            "Amazon ECR",
            "no credentials",
            Answer.asking("Basic realm=\"ecr\",service=\"ecr.amazonaws.com\"", "", 200),
            AUTHENTICATION_REQUIRED,
            "https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html"),
        login("Amazon ECR", "another account's", Answer.of(403, "DENIED"), ACCESS_DENIED, aws),
        login("Amazon ECR", "throttled", Answer.of(429, "TOOMANYREQUESTS"), RATE_LIMITED, aws),
        login(
            "Amazon ECR",
            "a missing repository",
            Answer.of(404, "NAME_UNKNOWN"),
            REPOSITORY_NOT_FOUND,
            "https://github.com/mulgadc/spinifex/pull/400"),
        anyone(
            "Google Artifact Registry",
            "a private or missing repository",
            Answer.of(403, "DENIED"),
            ACCESS_DENIED,
            "https://devopsaitoolkit.com/blog/gcp-error-imagepullbackoff-artifact-registry-forbidden/"),
        anyone(
            "Azure Container Registry",
            "no credentials",
            Answer.asking(BEARER, "UNAUTHORIZED", 401),
            AUTHENTICATION_REQUIRED,
            "https://azure.github.io/acr/AAD-OAuth.html"),
        anyone(
            "GitLab",
            "a project that is not public",
            Answer.asking(INSUFFICIENT, "UNAUTHORIZED", 200),
            AUTHENTICATION_REQUIRED,
            "https://gitlab.com/gitlab-org/gitlab/issues/22635"));
  }

  private static Stream<Fact> selfHosted() {
    String harbor = "https://github.com/goharbor/harbor/blob/main/src/lib/http/error.go";
    return Stream.of(
        anyone("Harbor", "a missing tag", Answer.of(404, "NOT_FOUND"), TAG_NOT_FOUND, harbor),
        anyone(
            "Harbor",
            "a private project",
            Answer.asking(BEARER, "UNAUTHORIZED", 200),
            AUTHENTICATION_REQUIRED,
            harbor),
        login(
            "Harbor",
            "an image that its policy holds back",
            Answer.of(412, "PROJECTPOLICYVIOLATION"),
            ACCESS_DENIED,
            harbor),
        anyone(
            "Harbor",
            "a name that it could not read before 2.0",
            Answer.of(500, "UNKNOWN"),
            REGISTRY_UNAVAILABLE,
            "https://github.com/goharbor/harbor/issues/11744"),
        login(
            "Artifactory",
            "a missing tag of a virtual repository",
            Answer.of(403, "DENIED"),
            ACCESS_DENIED,
            "https://github.com/google/go-containerregistry/pull/1691"),
        anyone(
            "OpenShift",
            "a missing image",
            Answer.of(404, "NAME_UNKNOWN"),
            REPOSITORY_NOT_FOUND,
            "https://github.com/GoogleContainerTools/jib/issues/4521"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("facts")
  void understandsHowItSaysNo(Fact fact) {
    Answer answer = fact.answer();
    registry.on("HEAD " + TAG, exchange -> no(exchange, answer));
    registry.on("GET " + TAG, exchange -> no(exchange, answer));
    registry.otherwise(
        exchange -> ScriptedRegistry.answer(exchange, answer.token(), "{\"token\":\"opaque\"}"));

    Unresolved failure = unresolved(ask(fact.login() ? BASIC : Credential.ANONYMOUS));

    assertThat(failure.reason()).isEqualTo(fact.reason());
    assertThat(failure.message())
        .startsWith(image(":1") + ": ")
        .doesNotContain("hunter2", "opaque", "prose of the server", "realm");
    assertThat(fact.source()).startsWith("https://");
  }

  private void no(HttpExchange exchange, Answer answer) throws IOException {
    String body =
        "{\"errors\":[{\"code\":\"%s\",\"message\":\"prose of the server\"}]}"
            .formatted(answer.code());
    if (answer.challenge().isEmpty()) {
      ScriptedRegistry.answer(exchange, answer.status(), body);
      return;
    }
    String challenge = answer.challenge().replace("REGISTRY", registry.authority());
    ScriptedRegistry.answer(exchange, answer.status(), body, "WWW-Authenticate", challenge);
  }
}
