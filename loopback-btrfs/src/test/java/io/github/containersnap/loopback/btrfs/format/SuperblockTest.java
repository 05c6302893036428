package io.github.containersnap.loopback.btrfs.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.btrfs.BtrfsReader;
import io.github.containersnap.loopback.btrfs.FilesystemView;
import io.github.containersnap.loopback.btrfs.ImageEditor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Superblocks broken by hand, each in one place. */
final class SuperblockTest {
  private static final long SIZE = 200 << 20;
  private static final long PRIMARY = 64 << 10;
  private static final int FIRST_SYSTEM_CHUNK = 0x32b + Key.BYTES;

  @TempDir Path directory;
  private Path image = Path.of("");

  @BeforeEach
  void make_a_filesystem() throws IOException {
    image = blank("disk.img");
    ExternalCommand.of("mkfs.btrfs", "-q", image).run();
  }

  private Path blank(String name) throws IOException {
    Path file = directory.resolve(name);
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.setLength(SIZE);
    }
    return file;
  }

  private static FilesystemView view(Path image) {
    try (BtrfsReader reader = BtrfsReader.open(image, 0, SIZE)) {
      return reader.walk();
    }
  }

  @Test
  void an_empty_filesystem_is_sound() {
    FilesystemView view = view(image);
    assertThat(view.corruptions()).isEmpty();
    assertThat(view.subvolumes().keySet()).containsExactly(5L);
    assertThat(view.dataBytes()).isZero();
  }

  @Test
  void a_blank_disk_is_no_btrfs() throws IOException {
    Path blank = blank("blank.img");
    assertThatThrownBy(() -> view(blank))
        .isInstanceOf(MalformedFilesystemException.class)
        .hasMessage("%s, byte 65536: primary superblock: btrfs magic number missing", blank);
  }

  @Test
  void an_image_shorter_than_its_partition_is_refused() {
    assertThatThrownBy(() -> BtrfsReader.open(image, 4096, SIZE))
        .isInstanceOf(MalformedFilesystemException.class)
        .hasMessageContaining("the image ends here");
  }

  @Test
  void a_partition_without_room_for_a_superblock_is_refused() {
    try (BtrfsReader reader = BtrfsReader.open(image, 0, 60_000)) {
      assertThatThrownBy(reader::walk)
          .isInstanceOf(MalformedFilesystemException.class)
          .hasMessageContaining("no room for a superblock");
    }
  }

  @Test
  void a_wrong_checksum_is_told_with_both_values() {
    new ImageEditor(image).flip(PRIMARY + 3000);
    assertThatThrownBy(() -> view(image))
        .isInstanceOf(MalformedFilesystemException.class)
        .hasMessageMatching(".*primary superblock: checksum [0-9a-f]{8} wanted, [0-9a-f]{8} found");
  }

  @Test
  void a_bad_mirror_is_a_corruption_only() {
    new ImageEditor(image).flip((64 << 20) + 3000);
    FilesystemView view = view(image);
    assertThat(view.corruptions())
        .singleElement()
        .satisfies(
            corruption -> {
              assertThat(corruption.logical()).isEqualTo(-1);
              assertThat(corruption.imageOffset()).isEqualTo(64 << 20);
              assertThat(corruption.what()).startsWith("superblock copy: checksum");
            });
    assertThat(view.reachable().bytes()).isLessThan(SIZE / 10);
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        broken("belongs elsewhere", bytes -> bytes.putLong(0x30, 64 << 20), "says it belongs"),
        broken("sector size 3", bytes -> bytes.putInt(0x90, 3), "sector size 3"),
        broken("huge nodes", bytes -> bytes.putInt(0x94, 1 << 20), "node size 1048576"),
        broken("nodes below a sector", bytes -> bytes.putInt(0x94, 2048), "node size 2048"),
        broken("level 8", bytes -> bytes.put(0xc6, (byte) 8), "tree 1 has level 8"),
        broken("level -1", bytes -> bytes.put(0xc7, (byte) -1), "tree 3 has level -1"),
        broken("no system chunk", bytes -> bytes.putInt(0xa0, 0), "system chunk array of 0 bytes"),
        broken("endless chunks", bytes -> bytes.putInt(0xa0, 4000), "system chunk array of 4000"),
        broken("half a chunk", bytes -> bytes.putInt(0xa0, 60), "chunk item is cut short"),
        broken(
            "too many stripes",
            bytes -> bytes.putShort(FIRST_SYSTEM_CHUNK + 44, (short) 900),
            "more stripes than room"),
        broken(
            "chunk beyond the device",
            bytes -> bytes.putLong(FIRST_SYSTEM_CHUNK + 56, SIZE - 4096),
            "reaches outside the partition"),
        broken(
            "chunk on another device",
            bytes -> bytes.putLong(FIRST_SYSTEM_CHUNK + 48, 7),
            "lies on another device than 1"),
        broken(
            "negative chunk",
            bytes -> bytes.putLong(FIRST_SYSTEM_CHUNK, -4096),
            "impossible range"),
        broken(
            "copies on top of each other",
            bytes -> bytes.putLong(FIRST_SYSTEM_CHUNK + 56, bytes.getLong(FIRST_SYSTEM_CHUNK + 88)),
            "share device space"));
  }

  static Stream<Arguments> unsupported() {
    return Stream.of(
        broken("xxhash", bytes -> bytes.putShort(0xc4, (short) 1), "checksums of type 1"),
        broken("two devices", bytes -> bytes.putLong(0x88, 2), "2 devices"),
        broken("zones", bytes -> bytes.putLong(0xbc, 0x1000), "incompatible features 0x1000"),
        broken("from the future", bytes -> bytes.putLong(0xbc, 1L << 60), "incompatible features"),
        broken("metadata dump", bytes -> bytes.putLong(0x38, 1L << 33), "superblock flags"),
        broken(
            "RAID1",
            bytes -> bytes.putLong(FIRST_SYSTEM_CHUNK + 24, 0x12),
            "chunk type 0x12 in 2 stripes"));
  }

  private static Arguments broken(String name, Consumer<ByteBuffer> edit, String message) {
    return Arguments.of(name, edit, message);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void nonsense_under_a_right_checksum_is_refused(
      String name, Consumer<ByteBuffer> edit, String message) {
    new ImageEditor(image).rewrite(PRIMARY, 4096, edit);
    assertThatThrownBy(() -> view(image))
        .as(name)
        .isInstanceOf(MalformedFilesystemException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unsupported")
  void what_the_reader_cannot_judge_is_refused_by_name(
      String name, Consumer<ByteBuffer> edit, String message) {
    new ImageEditor(image).rewrite(PRIMARY, 4096, edit);
    assertThatThrownBy(() -> view(image))
        .as(name)
        .isInstanceOf(UnsupportedFilesystemException.class)
        .hasMessageContaining(message);
  }

  @Test
  void another_checksum_made_by_mkfs_is_refused_by_name() throws IOException {
    Files.delete(image);
    image = blank("disk.img");
    ExternalCommand.of("mkfs.btrfs", "-q", "--csum", "xxhash", image).run();
    assertThatThrownBy(() -> view(image))
        .isInstanceOf(UnsupportedFilesystemException.class)
        .hasMessageContaining("checksums of type 1");
  }

  @Test
  void a_root_that_points_nowhere_is_a_corruption() {
    new ImageEditor(image).rewrite(PRIMARY, 4096, bytes -> bytes.putLong(0x50, 1L << 50));
    assertThat(view(image).corruptions())
        .singleElement()
        .isEqualTo(new Corruption(1L << 50, -1, "tree node of tree 1, level 0: lies in no chunk"));
  }
}
