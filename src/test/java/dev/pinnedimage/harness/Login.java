package dev.pinnedimage.harness;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A user that a registry knows. There is no bcrypt in the JDK, so the hashes of a few fixed
 * passwords (each with a space in it, which careless encoders get wrong) stand here.
 */
public enum Login {
  PULLER("puller", "correct horse", "$2b$05$kzzYkhdWkg4OY6CYG8UgOuRRWj0oalJx345sbVYgGk.gmX0/Dxr4O"),
  /** The same user after its password was changed. */
  PULLER_ROTATED(
      "puller", "battery staple", "$2b$05$7CegxTAIAjDc.NTDskG28.tR30x7IFgxA/9A54XDiKyfo2sdkrb5e");

  private final String user;
  private final String password;
  private final String bcrypt;

  Login(String user, String password, String bcrypt) {
    this.user = user;
    this.password = password;
    this.bcrypt = bcrypt;
  }

  public String user() {
    return user;
  }

  public String password() {
    return password;
  }

  /** The value of an {@code Authorization} header. */
  public String basic() {
    return "Basic " + encoded();
  }

  /** A pull Secret's {@code .dockerconfigjson} for one registry. */
  public String dockerConfigJson(String host) {
    return "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(host, encoded());
  }

  String htpasswdLine() {
    return user + ":" + bcrypt + "\n";
  }

  private String encoded() {
    return Base64.getEncoder()
        .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }
}
