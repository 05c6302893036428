package io.github.containersnap.harness.experiment;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.harness.property.AccountLines;
import io.github.containersnap.harness.property.LocalChange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes changes in a directory of a mounted system, with the tools that a person has.
 *
 * @param directory what the changes' paths are relative to
 */
public record MachineOwner(Path directory) {
  private static final int NEW_ACCOUNT_FILE = 0640;

  /** Makes the changes, in order. */
  public void make(List<LocalChange> changes) {
    for (LocalChange change : changes) {
      try {
        make(change, directory.resolve(change.path()));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot make the machine's own change " + change, e);
      }
    }
  }

  private void make(LocalChange change, Path place) throws IOException {
    switch (change) {
      case LocalChange.WriteFile write -> {
        remove(place);
        Files.writeString(place, write.text());
        set(place, write.attributes());
      }
      case LocalChange.EditFile edit -> Files.writeString(place, edit.text());
      case LocalChange.SetMode set -> Files.setAttribute(place, "unix:mode", set.mode());
      case LocalChange.SetOwner set -> own(place, set.uid(), set.gid());
      case LocalChange.SetAttribute set -> set(place, set.name(), set.value());
      case LocalChange.Delete _ -> remove(place);
      case LocalChange.MakeSymlink link -> {
        remove(place);
        Files.createSymbolicLink(place, Path.of(link.target()));
      }
      case LocalChange.MakeDirectory make -> {
        if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
          remove(place);
          Files.createDirectory(place);
        }
        set(place, make.attributes());
      }
      case LocalChange.MakeSubvolume _ -> {
        ExternalCommand.of("btrfs", "subvolume", "create", place).run();
        set(place, LocalChange.Attributes.ofRoot(0755));
      }
      case LocalChange.LinkFile link -> Files.createLink(place, directory.resolve(link.existing()));
      case LocalChange.SetEntry set -> {
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
          Files.writeString(place, "");
          set(place, LocalChange.Attributes.ofRoot(NEW_ACCOUNT_FILE));
        }
        Files.writeString(place, AccountLines.of(Files.readString(place)).with(set).text());
      }
      case LocalChange.JoinGroup join ->
          Files.writeString(place, AccountLines.of(Files.readString(place)).with(join).text());
    }
  }

  private static void remove(Path place) {
    ExternalCommand.of("rm", "-rf", "--one-file-system", "--", place).run();
  }

  private static void set(Path place, LocalChange.Attributes attributes) throws IOException {
    own(place, attributes.uid(), attributes.gid());
    Files.setAttribute(place, "unix:mode", attributes.mode());
    attributes.extended().forEach((name, value) -> set(place, name, value));
  }

  private static void set(Path place, String name, String value) {
    ExternalCommand.of("setfattr", "--no-dereference", "--name", name, "--value", "0x" + value)
        .with(place)
        .run();
  }

  private static void own(Path place, int uid, int gid) throws IOException {
    Files.setAttribute(place, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(place, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
  }
}
