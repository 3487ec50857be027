package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What can be said of the page without a control plane; {@link FaultTableIT} says the rest. */
class FaultPageTest {
  @Test
  void hasARowForEachFaultWithItsReasonAndAPinThatIsHeld() throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of("docs/faults.md")).stream()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| Fault |"))
            .toList();

    assertThat(rows).hasSizeGreaterThanOrEqualTo(25).hasSameSizeAs(Faults.all());
    for (Fault fault : Faults.all()) {
      assertThat(rows)
          .filteredOn(row -> row.startsWith("| " + fault.name() + " |"))
          .singleElement()
          .asString()
          .contains("| `" + fault.reason().reason() + "` |", "| held, and written to");
    }
  }
}
