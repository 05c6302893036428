package io.github.containersnap.oci.tar;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.oci.TarBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarReaderTest {
  private static final byte[] BINARY = {0, '=', '\n', (byte) 0xff, '1', ' '};

  @Test
  void binary_extended_attributes_come_through_unharmed() throws IOException {
    byte[] archive = new TarBuilder().attribute("user.binary", BINARY).file("a", "abc").build();

    TarEntry entry = read(archive).getFirst();

    assertThat(entry.extendedAttributes())
        .containsEntry("user.binary", HexFormat.of().formatHex(BINARY));
    assertThat(entry.contentOffset()).isEqualTo(3 * 512);
  }

  @Test
  void pax_records_replace_what_the_header_says() throws IOException {
    byte[] archive =
        new TarBuilder()
            .pax("path", "long/%".getBytes(UTF_8))
            .pax("uid", "3000000".getBytes(UTF_8))
            .pax("mtime", "1.5".getBytes(UTF_8))
            .file("short", "abc")
            .file("next", "")
            .build();

    assertThat(read(archive)).extracting(TarEntry::name).containsExactly("long/%25", "next");
    assertThat(read(archive)).extracting(TarEntry::uid).containsExactly(3_000_000, 0);
  }

  @Test
  void what_gnu_tar_writes_is_read(@TempDir Path directory) throws IOException {
    String name = "n".repeat(120);
    Files.writeString(directory.resolve(name), "abc");
    Files.createLink(directory.resolve("hard"), directory.resolve(name));
    Files.createSymbolicLink(directory.resolve("soft"), Path.of("t".repeat(150)));
    ExternalCommand.of("mknod", directory.resolve("dev"), "b", "300", "70000").run();
    for (String format : List.of("gnu", "pax")) {
      List<TarEntry> entries = read(gnuTar(directory, format));

      assertThat(entries)
          .as(format)
          .extracting(TarEntry::name)
          .containsExactly("./", "./dev", "./hard", "./" + name, "./soft");
      assertThat(named(entries, "./dev").deviceNumber()).isEqualTo(0x11112c70L);
      assertThat(named(entries, "./soft").linkName()).hasSize(150);
      assertThat(named(entries, "./" + name).linkName()).isEqualTo("./hard");
    }
  }

  private static byte[] gnuTar(Path directory, String format) {
    return ExternalCommand.of(
            "tar", "-C", directory, "--format=" + format, "--sort=name", "-cf", "-", ".")
        .run()
        .standardOutput();
  }

  @Test
  void numbers_in_base_256_are_read() throws IOException {
    byte[] archive = new TarBuilder().file("a", "abc").build();
    Arrays.fill(archive, 108, 116, (byte) 0);
    archive[108] = (byte) 0x80;
    archive[113] = 0x2d;
    archive[114] = (byte) 0xc6;
    archive[115] = (byte) 0xc0;
    sign(archive);

    assertThat(read(archive).getFirst().uid()).isEqualTo(3_000_000);
  }

  @Test
  void a_wrong_checksum_is_refused_with_its_place() {
    byte[] archive = new TarBuilder().file("first", "abc").file("second", "abc").build();
    archive[1024] ^= 1;

    assertThatThrownBy(() -> read(archive))
        .isInstanceOf(MalformedArchiveException.class)
        .hasMessage(
            "The tar archive is malformed at byte 1,536 (entry \"first\"):"
                + " the header's checksum is wrong.");
  }

  @Test
  void content_beyond_the_stream_is_refused() {
    byte[] archive = new TarBuilder().file("a", new byte[2_000]).unfinished();

    assertRefused(Arrays.copyOf(archive, 1_500), "with 1,012 bytes of the content missing");
    assertRefused(Arrays.copyOf(archive, 500), "ends inside a header");
  }

  @Test
  void absurd_sizes_are_refused_before_anything_is_allocated() {
    assertRefused(
        new TarBuilder().pax("size", bytes("999999999999999999")).file("a", "").build(),
        "a size of 999,999,999,999,999,999 bytes is absurd");
    byte[] longName = new TarBuilder().entry('L', "@", "", 0644, new byte[0]).build();
    System.arraycopy("77777777777".getBytes(US_ASCII), 0, longName, 124, 11);
    sign(longName);
    assertRefused(longName, "an extended header of 8,589,934,591 bytes is absurd");
  }

  @Test
  void names_that_no_file_can_have_are_refused() {
    assertRefused(new TarBuilder().file("", "").build(), "an entry has no name");
    assertRefused(
        new TarBuilder().pax("path", new byte[] {'a', 0, 'b'}).file("a", "").build(),
        "the pax record path contains a zero byte");
    assertRefused(new TarBuilder().symlink("a", "").build(), "the link has no target");
  }

  @Test
  void malformed_pax_records_are_refused() {
    for (String record : List.of("x", "9999999999 a=b\n", "5 a=b", "6 =abc\n", "-1 a=b\n")) {
      assertRefused(
          new TarBuilder().entry('x', "p", "", 0644, bytes(record)).file("a", "").build(), "pax");
    }
    assertRefused(new TarBuilder().pax("uid", bytes("-1")).file("a", "").build(), "not a number");
    assertRefused(
        new TarBuilder().pax("uid", bytes("4294967295")).file("a", "").build(), "out of range");
  }

  @Test
  void what_tools_disagree_on_is_refused() {
    assertRefused(
        new TarBuilder().entry('g', "g", "", 0644, bytes("10 path=b\n")).file("a", "").build(),
        "a global header changes entries");
    assertRefused(
        new TarBuilder().entry('S', "a", "", 0644, new byte[0]).build(), "GNU tar's old format");
    assertRefused(new TarBuilder().entry('7', "a", "", 0644, new byte[0]).build(), "type \"7\"");
    assertRefused(
        new TarBuilder().entry('x', "p", "", 0644, bytes("6 a=b\n")).build(),
        "ends after an extended header");
  }

  @Test
  void a_global_comment_is_harmless() throws IOException {
    byte[] archive =
        new TarBuilder().entry('g', "g", "", 0644, bytes("13 comment=a\n")).file("a", "").build();

    assertThat(read(archive))
        .extracting(TarEntry::type)
        .containsExactly(TarEntry.Type.GLOBAL_HEADER, TarEntry.Type.FILE);
  }

  @Test
  void a_global_header_makes_podman_forget_what_stood_before_it() throws IOException {
    byte[] archive =
        new TarBuilder()
            .entry('x', "p", "", 0644, bytes("15 path=before\n"))
            .entry('g', "g", "", 0644, bytes("13 comment=a\n"))
            .file("a", "")
            .build();

    assertThat(read(archive)).extracting(TarEntry::name).containsExactly("g", "a");
  }

  @Test
  void a_long_name_of_gnu_tar_is_stronger_than_a_pax_record() throws IOException {
    byte[] archive =
        new TarBuilder()
            .entry('L', "@", "", 0644, bytes("gnu\0"))
            .pax("path", bytes("pax"))
            .file("a", "")
            .build();

    assertThat(read(archive)).extracting(TarEntry::name).containsExactly("gnu");
  }

  @Test
  void a_prefix_in_place_of_gnus_times_is_read_as_gos_archives_had_it() throws IOException {
    byte[] archive = new TarBuilder().file("name", "").build();
    System.arraycopy(bytes("ustar  \0"), 0, archive, 257, 8);
    System.arraycopy(bytes("some/where"), 0, archive, 345, 10);
    sign(archive);

    assertThat(read(archive)).extracting(TarEntry::name).containsExactly("some/where/name");
  }

  @Test
  void a_field_ends_at_its_first_zero() throws IOException {
    byte[] archive = new TarBuilder().file("a", "").build();
    System.arraycopy(bytes("17\0 9  "), 0, archive, 108, 7);
    sign(archive);

    assertThat(read(archive)).extracting(TarEntry::uid).containsExactly(15);
  }

  @Test
  void what_is_not_a_number_where_podman_reads_one_is_refused() {
    for (int offset : new int[] {136, 329, 337}) {
      byte[] archive = new TarBuilder().file("a", "").build();
      archive[offset] = 'x';
      sign(archive);
      assertRefused(archive, "times or device number");
    }
    assertRefused(
        new TarBuilder().pax("mtime", bytes("yesterday")).file("a", "").build(), "is not a time");
  }

  @Test
  void a_sparse_file_is_read_with_its_holes(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("sparse");
    ExternalCommand.of(
            "sh",
            "-c",
            "printf begin >$1; printf end | dd of=$1 bs=1 seek=100000; truncate -s 300000 $1")
        .with("sh", file)
        .run();
    byte[] content = Files.readAllBytes(file);
    for (String version : List.of("0.0", "0.1", "1.0")) {
      byte[] archive =
          ExternalCommand.of("tar", "-C", directory, "--sparse", "--sparse-version=" + version)
              .with("--format=pax", "-cf", "-", "sparse")
              .run()
              .standardOutput();
      TarReader reader = new TarReader(new ByteArrayInputStream(archive));

      TarEntry entry = reader.next().orElseThrow();

      assertThat(archive).as(version).hasSizeLessThan(100_000);
      assertThat(entry.name()).as(version).isEqualTo("sparse");
      assertThat(entry.size()).as(version).isEqualTo(300_000);
      assertThat(reader.content().readAllBytes()).as(version).isEqualTo(content);
      assertThat(reader.next()).as(version).isEmpty();
    }
  }

  @Test
  void a_map_that_no_file_has_is_refused() {
    assertRefused(sparse("10", "1", "0,4", "abc"), "is of 4 bytes, and 3 follow");
    assertRefused(sparse("10", "1", "0,4", "abcde"), "is of 4 bytes, and 5 follow");
    assertRefused(sparse("10", "2", "4,4,0,4", "abcdabcd"), "overlap or go beyond");
    assertRefused(sparse("10", "1", "8,4", "abcd"), "overlap or go beyond");
    assertRefused(sparse("10", "2", "0,4", "abcd"), "another length than said");
    assertRefused(sparse("10", "1", "0,-4", "abcd"), "something but numbers");
    assertRefused(sparse("17179869189", "1", "0,4", "abcd"), "holes of more than 17,179,869,184");
    assertRefused(
        new TarBuilder()
            .pax("GNU.sparse.major", bytes("1"))
            .pax("GNU.sparse.minor", bytes("0"))
            .file("a", "1\n0\n")
            .build(),
        "has no end within its content");
    assertRefused(
        new TarBuilder()
            .pax("GNU.sparse.numblocks", bytes("0"))
            .pax("GNU.sparse.major", bytes("0"))
            .pax("GNU.sparse.minor", bytes("1"))
            .directory("a")
            .build(),
        "something else than a file is sparse");
  }

  private static byte[] sparse(String size, String count, String map, String content) {
    return new TarBuilder()
        .pax("GNU.sparse.size", bytes(size))
        .pax("GNU.sparse.numblocks", bytes(count))
        .pax("GNU.sparse.map", bytes(map))
        .file("a", content)
        .build();
  }

  /** Whatever the bytes are, the reader ends, with entries or with a reason. */
  @Property(tries = 500)
  void any_damage_is_read_or_refused_and_never_a_crash(
      @ForAll @IntRange(max = 5_119) int place, @ForAll byte value, @ForAll boolean signed)
      throws IOException {
    byte[] archive =
        new TarBuilder()
            .attribute("user.binary", BINARY)
            .file("a/b", "abc")
            .symlink("l", "b".repeat(120))
            .hardLink("h", "a/b")
            .build();
    archive[Math.min(place, archive.length - 1)] = value;
    if (signed) {
      int start = Math.min(place, archive.length - 1) & -512;
      byte[] block = Arrays.copyOfRange(archive, start, start + 512);
      TarBuilder.sign(block);
      System.arraycopy(block, 0, archive, start, 512);
    }
    try {
      assertThat(read(archive)).hasSizeLessThan(10);
    } catch (MalformedArchiveException e) {
      assertThat(e).hasMessageStartingWith("The tar archive is malformed at byte ");
    }
  }

  private static void assertRefused(byte[] archive, String why) {
    assertThatThrownBy(() -> read(archive))
        .isInstanceOf(MalformedArchiveException.class)
        .hasMessageContaining(why);
  }

  private static TarEntry named(List<TarEntry> entries, String name) {
    return entries.stream().filter(entry -> entry.name().equals(name)).findFirst().orElseThrow();
  }

  private static List<TarEntry> read(byte[] archive) throws IOException {
    TarReader reader = new TarReader(new ByteArrayInputStream(archive));
    List<TarEntry> entries = new ArrayList<>();
    for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
      assertThat(reader.content().readAllBytes()).hasSize((int) entry.get().size());
      entries.add(entry.get());
    }
    return entries;
  }

  private static void sign(byte[] archive) {
    byte[] block = Arrays.copyOf(archive, 512);
    TarBuilder.sign(block);
    System.arraycopy(block, 0, archive, 0, 512);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }
}
