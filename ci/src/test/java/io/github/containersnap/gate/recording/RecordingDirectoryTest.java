package io.github.containersnap.gate.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.gate.ExampleLog;
import io.github.containersnap.gate.report.DiskDigests;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.run.GateBuild;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A recording is refused, with what to do about it, unless all of it is what was recorded. */
class RecordingDirectoryTest {
  private static final long DISK_BYTES = 256L << 20;

  @TempDir Path parent;

  private RecordingDirectory recording;
  private Path json;

  @BeforeEach
  void record() throws IOException {
    WriteLog log = ExampleLog.in(parent);
    Path base = parent.resolve("disk");
    try (RandomAccessFile file = new RandomAccessFile(base.toFile(), "rw")) {
      file.setLength(DISK_BYTES);
    }
    recording = new RecordingDirectory(parent.resolve("recording"));
    Files.createDirectory(recording.directory());
    recording.disk().keep(base, log.file());
    recording.finish(
        new RecordingFile(
            1,
            GateBuild.current(),
            new ResultJson.Image("oci:" + ImageMount.PLACE + "/old:image", "1".repeat(64)),
            new ResultJson.Image("oci:" + ImageMount.PLACE + "/new:image", "2".repeat(64)),
            null,
            null,
            null,
            "update",
            "grub-btrfs",
            null,
            new ResultJson.Disk(
                DISK_BYTES,
                "00000000-0000-0000-0000-000000000000",
                DiskDigests.sha256(base),
                log.entries().size(),
                DiskDigests.sha256(log.file())),
            Files.size(log.file()),
            1.5));
    json = recording.directory().resolve("recording.json");
  }

  private void refused(String why) {
    assertThatThrownBy(
            () -> recording.unpack(recording.read(), Files.createTempDirectory(parent, "unpacked")))
        .isInstanceOf(UnusableInputException.class)
        .hasMessageContaining(why)
        .hasMessageEndingWith(".");
  }

  @Test
  void a_directory_without_the_last_file_is_no_recording() throws IOException {
    Files.delete(json);
    refused("does not describe a recording: there is no such file. `ci/gate record` makes one");
  }

  @ParameterizedTest
  @CsvSource({
    "/run/container-snap-gate/recording/old:image, /etc:image, its 'old' is not what",
    "container-snap gate, another gate, was recorded by another gate",
    "grub-btrfs, lilo, its 'bootLoader' is not what",
    "'\"update\"', '\"downdate\"', its 'transition' is not what",
    "'\"schema\" : 1', '\"schema\" : 2', its 'schema' is not what",
    "'\"logBytes\"', '\"logBites\"', it lacks 'logBytes'",
    "268435456, 99999999999999999, its 'disk.bytes' is not what",
  })
  void a_description_with_something_else_in_it(String before, String after, String why)
      throws IOException {
    Files.writeString(json, Files.readString(json).replace(before, after));
    refused(why);
  }

  @Test
  void a_truncated_description() throws IOException {
    Files.writeString(json, Files.readString(json).substring(0, 200));
    refused("does not describe a recording: ");
  }

  @ParameterizedTest
  @CsvSource({"base.img.zst", "write.log.zst"})
  void a_file_that_is_missing_truncated_or_another(String name) throws IOException {
    Path file = recording.directory().resolve(name);
    byte[] content = Files.readAllBytes(file);
    Files.delete(file);
    refused("lacks " + name);
    Files.write(file, java.util.Arrays.copyOf(content, content.length - 3));
    refused(name + " cannot be unpacked");
    Files.writeString(json, Files.readString(json).replaceAll("(Sha256\" : \")....", "$10000"));
    Files.write(file, content);
    refused(" is damaged: ");
  }

  @Test
  void a_file_that_unpacks_to_more_than_it_should_is_stopped() throws IOException {
    Path large = parent.resolve("large");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength(DISK_BYTES + (64 << 20));
      file.seek(DISK_BYTES + (63 << 20));
      file.write(1);
    }
    recording.disk().keep(large, parent.resolve("example.log"));
    refused("base.img.zst cannot be unpacked: it is damaged, or larger than the 268,435,456 bytes");
    assertThat(recording.read().disk().bytes()).isEqualTo(DISK_BYTES);
  }
}
