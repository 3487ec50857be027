package dev.pinnedimage.harness;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The CNCF distribution registry on loopback, its images in a directory that ends with it. */
public final class RegistryServer implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofSeconds(30);

  private final RunDirectory run;
  private final int port;
  private final @Nullable Login login;
  private final @Nullable PrivateCa ca;
  private final @Nullable TokenAuthority tokens;
  private final HttpClient http;
  private volatile ManagedProcess process;

  /** Who may come in, and what it shows. */
  private record Door(
      @Nullable Login login,
      @Nullable PrivateCa ca,
      @Nullable TokenAuthority tokens,
      String further) {}

  private RegistryServer(RunDirectory run, int port, Door door) {
    this.run = run;
    this.port = port;
    this.login = door.login();
    this.ca = door.ca();
    this.tokens = door.tokens();
    HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    this.http = (ca == null ? builder : builder.sslContext(ca.trust())).build();
    run.write("registry.yaml", configuration() + door.further());
    this.process = launch();
  }

  /** Plain HTTP, open to everybody. */
  public static RegistryServer start() {
    return start(new RunDirectory(), new Door(null, null, null, ""));
  }

  public static RegistryServer startWithBasicAuth(Login login) {
    return start(new RunDirectory(), new Door(login, null, null, ""));
  }

  /** Lets in who has a token of that authority. */
  public static RegistryServer startWithTokenAuth(TokenAuthority tokens) {
    return start(new RunDirectory(), new Door(null, null, tokens, ""));
  }

  /** A pull-through cache of another one, which cannot be pushed to. */
  public static RegistryServer startAsMirrorOf(RegistryServer original) {
    String proxy = "proxy: {remoteurl: \"%s\"}\n".formatted(original.uri("/"));
    return start(new RunDirectory(), new Door(null, null, null, proxy));
  }

  /** Plain HTTP, and posts what is pushed to the URL, with the secret in a header. */
  public static RegistryServer startNotifying(URI url, String secret) {
    return start(
        new RunDirectory(),
        new Door(
            null,
            null,
            null,
            """
            notifications:
              endpoints:
              - name: pinnedimage
                url: %s
                headers: {Authorization: [Bearer %s]}
                timeout: 1s
                threshold: 3
                backoff: 1s
                ignore: {actions: [pull, mount]}
            """
                .formatted(url, secret)));
  }

  /** Under a private CA of its own: {@link #caFile}. */
  public static RegistryServer startWithTls() {
    RunDirectory run = new RunDirectory();
    return start(run, new Door(null, PrivateCa.create(run), null, ""));
  }

  /** Lets in only who shows a certificate: {@link #clientCertificate}. */
  public static RegistryServer startWithMutualTls() {
    RunDirectory run = new RunDirectory();
    return start(run, new Door(null, PrivateCa.create(run, true), null, ""));
  }

  public static RegistryServer startWithTlsAndBasicAuth(Login login) {
    RunDirectory run = new RunDirectory();
    return start(run, new Door(login, PrivateCa.create(run), null, ""));
  }

  private static RegistryServer start(RunDirectory run, Door door) {
    try {
      if (door.login() != null) {
        run.write("htpasswd", door.login().htpasswdLine());
      }
      if (door.tokens() != null) {
        run.write("jwks.json", door.tokens().jwks());
      }
      return FreePort.start(run, port -> new RegistryServer(run, port, door));
    } catch (RuntimeException e) {
      run.abandon();
      throw e;
    }
  }

  private ManagedProcess launch() {
    ManagedProcess started =
        ManagedProcess.start(
            run,
            "registry",
            Map.of("OTEL_TRACES_EXPORTER", "none"),
            List.of(
                Binaries.located().path("registry").toString(),
                "serve",
                run.resolve("registry.yaml").toString()));
    started.await("the registry to listen", READY_WITHIN, () -> FreePort.accepts(port));
    return started;
  }

  private String configuration() {
    return """
    version: 0.1
    log: {level: warn, formatter: text}
    storage:
      filesystem: {rootdirectory: %s}
      delete: {enabled: true}
    validation: {manifests: {indexes: {platforms: none}}}
    http:
      addr: 127.0.0.1:%d
      secret: pinnedimage
    """
            .formatted(run.resolve("images"), port)
        + (ca == null
            ? ""
            : "  tls: {certificate: %s, key: %s%s}\n"
                .formatted(
                    ca.certificateFile(),
                    ca.keyFile(),
                    ca.mutual() ? ", clientcas: [" + ca.caFile() + "]" : ""))
        + (login == null
            ? ""
            : "auth:\n  htpasswd: {realm: pinnedimage, path: %s}\n"
                .formatted(run.resolve("htpasswd")))
        + (tokens == null
            ? ""
            : "auth:\n  token: {realm: \"%s\", service: %s, issuer: %s, jwks: %s}\n"
                .formatted(
                    tokens.realm(),
                    TokenAuthority.SERVICE,
                    TokenAuthority.ISSUER,
                    run.resolve("jwks.json")));
  }

  /** {@code 127.0.0.1:PORT}, as it stands in an image reference. */
  public String host() {
    return "127.0.0.1:" + port;
  }

  /** The certificate to trust, where this registry speaks TLS. */
  public Optional<Path> caFile() {
    return Optional.ofNullable(ca).map(PrivateCa::caFile);
  }

  /** An entry of the operator's configuration that shows what this registry lets in. */
  public Optional<String> clientCertificate() {
    return Optional.ofNullable(ca)
        .map(own ->
            "clientCertificate: {certFile: %s, keyFile: %s}"
                .formatted(own.certificateFile(), own.keyFile()));
  }

  /** Who may come in from now on; {@link #login} and pushers keep the login of the start. */
  public void changePassword(Login changed) {
    run.write("htpasswd", changed.htpasswdLine());
  }

  /** Who may come in, where this registry asks. */
  public Optional<Login> login() {
    return Optional.ofNullable(login);
  }

  /** What pushers show for that repository. */
  Optional<String> authorization(String repository) {
    return tokens == null
        ? login().map(Login::basic)
        : Optional.of("Bearer " + tokens.pushToken(repository));
  }

  /** An outage; the images stay. */
  public void stop() {
    process.stop();
  }

  /** On the same port, with the same images; one that still runs is stopped first. */
  public void restart() {
    if (process.isAlive()) {
      process.stop();
    }
    process = launch();
  }

  /** All requests so far, oldest first; one is in it before its client sees a short answer. */
  public List<AccessLogLine> accessLog() {
    return process.log().lines().map(AccessLogLine::parse).flatMap(Optional::stream).toList();
  }

  /** A client that trusts this registry's CA. */
  public HttpClient http() {
    return http;
  }

  URI uri(String path) {
    return URI.create((ca == null ? "http://" : "https://") + host()).resolve(path);
  }

  /**
   * Stops the registry and deletes its images.
   *
   * @throws IllegalStateException with the end of its log where it had died by itself
   */
  @Override
  public void close() {
    http.close();
    if (process.isAlive()) {
      process.stop();
    }
    run.close();
  }
}
