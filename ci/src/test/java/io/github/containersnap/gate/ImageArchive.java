package io.github.containersnap.gate;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** An image archive whose members a test chooses, one by one. */
final class ImageArchive {
  private final List<Member> members = new ArrayList<>();

  /** A member; only files have content, only links a target. */
  @SuppressWarnings("ArrayRecordComponent") // handed over once and never compared
  private record Member(String name, byte type, byte[] content, String target) {}

  /** The files of a layout, in the order of their names. */
  static ImageArchive of(ExampleImage image) {
    ImageArchive archive = new ImageArchive();
    try (var files = Files.walk(image.directory())) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        archive.file(image.directory().relativize(file).toString(), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return archive;
  }

  ImageArchive file(String name, byte[] content) {
    members.add(new Member(name, TarConstants.LF_NORMAL, content, ""));
    return this;
  }

  ImageArchive file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds something else than a file, such as {@link TarConstants#LF_FIFO}. */
  ImageArchive special(String name, byte type, String target) {
    members.add(new Member(name, type, new byte[0], target));
    return this;
  }

  /** Puts something else in the place of a member. */
  ImageArchive instead(String name, byte type, String target) {
    if (!members.removeIf(member -> member.name().equals(name))) {
      throw new IllegalArgumentException("there is no member " + name);
    }
    return special(name, type, target);
  }

  /** Writes the archive. */
  Path in(Path file) {
    try (OutputStream out = Files.newOutputStream(file);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Member member : members) {
        TarArchiveEntry entry = new TarArchiveEntry(member.name(), member.type(), true);
        entry.setLinkName(member.target());
        entry.setSize(member.content().length);
        tar.putArchiveEntry(entry);
        tar.write(member.content());
        tar.closeArchiveEntry();
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
