package io.github.containersnap.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuietInputStreamTest {
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

  @TempDir private Path directory;

  @Test
  void a_file_is_read_to_its_end_and_its_time_of_access_stays() throws IOException {
    for (int size : new int[] {0, 1, 65_535, 65_536, 300_000}) {
      byte[] content = new byte[size];
      new Random(size).nextBytes(content);
      Path file = Files.write(directory.resolve("file" + size), content);
      Files.getFileAttributeView(file, BasicFileAttributeView.class).setTimes(null, LONG_AGO, null);

      for (long expected : new long[] {0, size, size + 1L, Long.MAX_VALUE - 1}) {
        try (InputStream in = QuietInputStream.open(file, expected)) {
          assertThat(in.readAllBytes()).isEqualTo(content);
        }
      }
      assertThat(Files.readAttributes(file, BasicFileAttributes.class).lastAccessTime())
          .isEqualTo(LONG_AGO);
    }
  }

  @Test
  void single_bytes_are_read() throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[] {-1, 7});
    try (InputStream in = QuietInputStream.open(file, 2)) {
      assertThat(in.read()).isEqualTo(255);
      assertThat(in.read()).isEqualTo(7);
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void links_are_not_followed_and_what_is_missing_is_named() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    assertThatThrownBy(() -> QuietInputStream.open(link, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Too many levels of symbolic links");
    Path missing = directory.resolve("missing");
    assertThatThrownBy(() -> QuietInputStream.open(missing, 1))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(missing.toString());
  }

  @Test
  void what_cannot_be_read_is_named() throws IOException {
    try (InputStream in = QuietInputStream.open(directory, 1)) {
      assertThatThrownBy(in::read)
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining(directory.toString());
    }
  }
}
