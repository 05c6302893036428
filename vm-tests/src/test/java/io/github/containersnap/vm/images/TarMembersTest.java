package io.github.containersnap.vm.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What members an archive may have before skopeo is shown it. */
class TarMembersTest {
  private static final String BLOB = "blobs/sha256/" + "a".repeat(64);

  @TempDir private Path directory;
  private final ByteArrayOutputStream archive = new ByteArrayOutputStream();

  @BeforeEach
  void an_archive_with_an_index() {
    member("index.json", '0', "{}");
    member("blobs/", '5', "");
  }

  private void member(String name, char type, String content) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, "0000644");
    put(header, 124, String.format(Locale.ROOT, "%011o", content.length()));
    put(header, 148, "        ");
    header[156] = (byte) type;
    put(header, 157, type == '1' || type == '2' ? "/etc/passwd" : "");
    put(header, 257, "ustar\0" + "00");
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    archive.writeBytes(header);
    byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
    archive.writeBytes(bytes);
    archive.writeBytes(new byte[(512 - bytes.length % 512) % 512]);
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  private TarMembers read() throws IOException {
    Path file = directory.resolve("archive.tar");
    archive.writeBytes(new byte[1024]);
    Files.write(file, archive.toByteArray());
    return TarMembers.read("archive.tar", file);
  }

  @Test
  void files_and_directories_are_read_under_one_name() throws IOException {
    member("././" + BLOB, '0', "content");
    assertThat(read().content(BLOB, 100)).hasValueSatisfying(it -> assertThat(it).hasSize(7));
  }

  @ParameterizedTest
  @ValueSource(chars = {'1', '2', '3', '4', '6', '7'})
  void a_member_that_is_neither_a_file_nor_a_directory_is_refused(char type) {
    member(BLOB, type, "");
    assertThatThrownBy(this::read)
        .isInstanceOf(ImageInputException.class)
        .hasMessageEndingWith("its member " + BLOB + " is neither a file nor a directory.");
  }

  @ParameterizedTest
  @CsvSource({
    "index.json, 0, two members named index.json.",
    "./index.json, 0, two members named index.json.",
    "././/index.json, 0, two members named index.json.",
    "././index.json, 6, its member index.json is neither a file nor a directory.",
    "./index.json, 2, its member index.json is neither a file nor a directory.",
    "blobs/../index.json, 0, leads out of it."
  })
  void a_second_member_of_the_same_name_is_refused(String name, char type, String why) {
    member(name, type, "");
    assertThatThrownBy(this::read)
        .isInstanceOf(ImageInputException.class)
        .hasMessageEndingWith(why);
  }

  /** Go before 1.8 wrote names so, and skopeo's reader still knows them. */
  @Test
  void a_name_that_begins_where_gnu_has_times_is_refused() {
    member("sha256/" + "a".repeat(64), '0', "");
    byte[] bytes = archive.toByteArray();
    int header = bytes.length - 512;
    System.arraycopy("ustar  \0".getBytes(StandardCharsets.US_ASCII), 0, bytes, header + 257, 8);
    System.arraycopy("blobs".getBytes(StandardCharsets.US_ASCII), 0, bytes, header + 345, 5);
    Arrays.fill(bytes, header + 148, header + 156, (byte) ' ');
    int sum = 0;
    for (int i = header; i < bytes.length; i++) {
      sum += bytes[i] & 0xff;
    }
    byte[] digits = String.format(Locale.ROOT, "%06o\0", sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, bytes, header + 148, digits.length);
    archive.reset();
    archive.writeBytes(bytes);
    assertThatThrownBy(this::read)
        .isInstanceOf(ImageInputException.class)
        .hasMessageEndingWith("has a name that tools disagree on.");
  }

  @Test
  void layers_that_docker_linked_to_an_equal_one_are_read() throws IOException {
    member("b".repeat(64) + "/layer.tar", '2', "");
    assertThat(read().has("index.json")).isTrue();
  }
}
