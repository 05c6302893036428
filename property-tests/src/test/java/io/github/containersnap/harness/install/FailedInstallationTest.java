package io.github.containersnap.harness.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.linux.FileLock;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.port.SystemLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FailedInstallationTest {
  private Workbench bench;

  @BeforeEach
  void prepare() throws Exception {
    bench = new Workbench();
  }

  @AfterEach
  void remove() {
    bench.close();
  }

  @Test
  void a_reference_that_leads_nowhere_is_found_out_before_anything_is_made() throws Exception {
    Path disk = bench.file("disk.img");

    Workbench.Result result = bench.installOf("oci:" + bench.file("nowhere"), disk);

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.error())
        .contains(
            "container-snap: The image oci:%s could not be read: "
                .formatted(bench.file("nowhere")));
    assertThat(result.error()).doesNotContain("Making");
    assertThat(disk).doesNotExist();
    bench.isTidy();
  }

  @Test
  void a_new_file_is_removed_if_the_pull_fails() throws Exception {
    Path disk = bench.file("disk.img");

    Workbench.Result result = bench.installOf("oci:" + damagedImage(), disk, "--size", "400M");

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.error())
        .contains("[3/9] pulling the image\n")
        .contains("%s is removed again.\ncontainer-snap: The image ".formatted(disk));
    assertThat(disk).doesNotExist();
    bench.isTidy();
  }

  @Test
  void a_disk_that_was_there_is_said_to_boot_nothing_if_the_pull_fails() throws Exception {
    Path disk = bench.zeros("disk.img", Workbench.DISK_BYTES);

    Workbench.Result result = bench.installOf("oci:" + damagedImage(), disk);

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.error())
        .contains(disk + " boots nothing now, and what it held is lost: install again.\n");
    assertThat(Files.size(disk)).isEqualTo(Workbench.DISK_BYTES);
    bench.isTidy();
    bench.install(disk, "--yes").isDone();
  }

  @Test
  void an_image_that_cannot_boot_is_refused_as_an_update_refuses_it() throws Exception {
    Path disk = bench.file("disk.img");
    Path tree = Files.createDirectory(bench.file("tree"));

    Workbench.Result result =
        bench.installOf("oci:" + bench.imageOf("unbootable", tree), disk, "--size", "400M");

    assertThat(result.exit()).as(result.error()).isEqualTo(2);
    assertThat(disk).doesNotExist();
    bench.isTidy();
  }

  @Test
  void two_installations_at_once_do_not_meet() throws Exception {
    Files.createDirectories(bench.runtimeDirectory());
    Path disk = bench.file("disk.img");
    try (SystemLock.Held _ =
        new FileLock(bench.runtimeDirectory().resolve("install.lock")).acquire()) {
      Workbench.Result result = bench.install(disk);

      assertThat(result.exit()).isEqualTo(75);
      assertThat(result.error()).contains("Another container-snap is at work");
    }
    assertThat(disk).doesNotExist();
  }

  /** The tiny image with its largest layer cut off: it resolves, and cannot be pulled. */
  private Path damagedImage() throws IOException {
    Path copy = bench.file("damaged");
    ExternalCommand.of("cp", "-r", bench.image().layout(), copy).run();
    try (Stream<Path> blobs = Files.list(copy.resolve("blobs/sha256"))) {
      Path layer = blobs.max(Comparator.comparingLong(FailedInstallationTest::size)).orElseThrow();
      // Of the size that the manifest says, or it would be found out before the pull.
      Files.write(layer, new byte[] {1, 2, 3}, StandardOpenOption.WRITE);
    }
    return copy;
  }

  private static long size(Path file) {
    return file.toFile().length();
  }
}
