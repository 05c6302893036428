package io.github.containersnap.oci;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.command.ExternalCommand;
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
        new TarBuilder().pax("GNU.sparse.major", bytes("1")).file("a", "").build(), "sparse");
    assertRefused(new TarBuilder().entry('7', "a", "", 0644, new byte[0]).build(), "type \"7\"");
    assertRefused(
        new TarBuilder().entry('x', "p", "", 0644, bytes("6 a=b\n")).build(),
        "ends after an extended header");
  }

  @Test
  void a_global_comment_is_harmless() throws IOException {
    byte[] archive =
        new TarBuilder().entry('g', "g", "", 0644, bytes("13 comment=a\n")).file("a", "").build();

    assertThat(read(archive)).extracting(TarEntry::name).containsExactly("a");
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
