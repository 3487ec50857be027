package dev.pinnedimage.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HarnessIT {
  @Test
  void starts() {
    long t = System.nanoTime();
    try (ControlPlane c = ControlPlane.start()) {
      System.out.println("START ms " + (System.nanoTime() - t) / 1000000);
      c.addNode("amd", "amd64");
      System.out.println("NODE ms " + (System.nanoTime() - t) / 1000000);
      assertThat(c.kubectl("get", "nodes")).contains("amd");
      System.out.println(c.kubectl("get", "nodes", "-o", "wide"));
      System.out.println(
          "RSS ms "
              + ProcessHandle.current()
                  .children()
                  .map(p -> {
                    try {
                      return java.nio.file.Files.readString(
                              java.nio.file.Path.of("/proc/" + p.pid() + "/status"))
                          .lines()
                          .filter(l -> l.startsWith("VmRSS") || l.startsWith("Name"))
                          .toList()
                          .toString();
                    } catch (Exception e) {
                      return e.toString();
                    }
                  })
                  .toList());
      t = System.nanoTime();
      c.stopApiServer();
      System.out.println("STOP ms " + (System.nanoTime() - t) / 1000000);
      c.startApiServer();
      System.out.println("RESTART ms " + (System.nanoTime() - t) / 1000000);
      c.audit().stream().limit(20).forEach(System.out::println);
      t = System.nanoTime();
    }
    System.out.println("CLOSE ms " + (System.nanoTime() - t) / 1000000);
  }
}
