package io.github.containersnap.gate.cases;

import io.github.containersnap.cli.output.TextWrap;
import io.github.containersnap.gate.report.StateDescription;
import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.harness.oracle.LoaderAndKernelView;
import io.github.containersnap.loopback.btrfs.BlockOwners;
import io.github.containersnap.loopback.btrfs.BtrfsReader;
import io.github.containersnap.loopback.btrfs.FilesystemView;
import io.github.containersnap.loopback.btrfs.format.Corruption;
import io.github.containersnap.loopback.btrfs.format.MalformedFilesystemException;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.crash.CrashStates;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.loopback.log.Epoch;
import io.github.containersnap.loopback.log.LogEntry;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells of a case what was lost, what it belonged to, and what boot loader and kernel see of the
 * disk.
 */
final class CaseExplanation {
  private static final int MOST_CORRUPTIONS = 5;

  private final CaseDisk disk;
  private final Optional<UpdaterUnderTest> updater;
  private final Workspace workspace;
  private final PrintStream out;
  private final int columns;
  private final CrashStates states;
  private final StateDescription words;

  /**
   * An explanation.
   *
   * @param updater the updater of the case, if it is not container-snap and somebody named it
   */
  CaseExplanation(
      CaseDisk disk,
      Optional<UpdaterUnderTest> updater,
      Workspace workspace,
      PrintStream out,
      int columns) {
    this.disk = disk;
    this.updater = updater;
    this.workspace = workspace;
    this.out = out;
    this.columns = columns;
    this.states = CrashStates.of(disk.log());
    this.words = new StateDescription(disk.log());
  }

  /** The head of every account of a case. */
  void printCase() {
    CaseFile file = disk.file();
    line("", "%s:".formatted(words.of(file.state())));
    file.violations()
        .forEach(
            found ->
                line(
                    "  ",
                    "%s (%s): %s."
                        .formatted(found.property(), found.property().title(), found.text())));
    if (file.mutant() != null) {
      line("  ", "The updater had a fault, switched on: %s.".formatted(file.mutant()));
    }
    if (file.updater() != null) {
      line("  ", "The updater was %s.".formatted(file.updater()));
    }
  }

  void print(SystemDisk crashed) {
    printCase();
    out.println();
    Optional<BlockOwners> owners = owners(crashed);
    printLost(owners);
    out.println();
    printViews(crashed);
    printFilesystem(crashed);
  }

  private void printLost(Optional<BlockOwners> crashed) {
    CrashState state = disk.file().state();
    Optional<Epoch> epoch = epoch(state);
    if (epoch.isEmpty()) {
      line("", "Nothing was in flight: all that had been written before a flush is there.");
      return;
    }
    int lost = states.lost(state, epoch.get()).size();
    line(
        "",
        String.format(
            Locale.ROOT,
            "Of the %,d writes of the epoch in flight (%s) %,d did not arrive%s. Once btrfs"
                + " had committed them, they would have been:",
            epoch.get().changes().size(),
            range(epoch.get()),
            lost,
            state instanceof CrashState.Torn ? " whole" : ""));
    SystemDisk whole =
        disk.rebuild(new CrashState.Prefix(endOfCommit(epoch.get())), "whole-epoch.img");
    Optional<BlockOwners> wholeOwners = owners(whole);
    if (wholeOwners.isEmpty()) {
      line("  ", "(not even with all of them there can the filesystem be read)");
      return;
    }
    LostWrites writes = LostWrites.of(states, state, wholeOwners.get(), crashed);
    try (BlockOwnerNames names = new BlockOwnerNames(whole, workspace.file("whole-epoch"))) {
      writes.lines(words, names::of).forEach(text -> line("  ", text));
    }
  }

  private Optional<Epoch> epoch(CrashState state) {
    int durable = states.arrived(state).durable();
    return states.epochs().stream().filter(each -> each.firstEntry() == durable).findFirst();
  }

  /**
   * Where the epoch ends that holds the next superblock: btrfs writes that only after the flush
   * that makes all it refers to durable.
   */
  private int endOfCommit(Epoch epoch) {
    if (!disk.base().filesystem().isBtrfs()) {
      return epoch.endEntry();
    }
    long superblock =
        BtrfsReader.superblocks(disk.base().systemOffset(), disk.base().systemSize()).getFirst();
    return states.epochs().stream()
        .filter(later -> later.firstEntry() >= epoch.firstEntry())
        .filter(
            later ->
                later.changes().stream()
                    .anyMatch(
                        change ->
                            change.offset() <= superblock
                                && superblock < change.offset() + change.length()))
        .findFirst()
        .orElse(epoch)
        .endEntry();
  }

  private String range(Epoch epoch) {
    List<LogEntry.Change> changes = epoch.changes();
    return "entries %,d to %,d of the log"
        .formatted(changes.getFirst().index(), changes.getLast().index());
  }

  private Optional<BlockOwners> owners(SystemDisk of) {
    if (!of.filesystem().isBtrfs()) {
      return Optional.empty();
    }
    try (BtrfsReader reader = BtrfsReader.open(of.image(), of.systemOffset(), of.systemSize())) {
      return Optional.of(reader.owners());
    } catch (MalformedFilesystemException unreadable) {
      return Optional.empty();
    }
  }

  private void printViews(SystemDisk crashed) {
    if (disk.file().updater() != null && updater.isEmpty()) {
      line("", "Only its updater knows what would boot from it; name that with --updater.");
      return;
    }
    Path copy = disk.scratch().directory().resolve("looked-at.img");
    disk.scratch().reflink(crashed.image(), copy);
    Path mountPoint = workspace.file("looked-at");
    LoaderAndKernelView views =
        updater
            .map(named -> LoaderAndKernelView.of(crashed.at(copy), mountPoint, named.in(workspace)))
            .orElseGet(() -> LoaderAndKernelView.of(crashed.at(copy), mountPoint));
    line(
        "",
        "The boot loader would start: "
            + views.loaderRoot().map(this::side).orElse("nothing, it finds none"));
    line(
        "",
        "The kernel takes for default: "
            + views
                .obstacle()
                .map(obstacle -> "nothing, it does not mount the filesystem: " + obstacle)
                .orElseGet(
                    () -> views.kernelRoot().map(this::side).orElse("nothing, it finds none")));
  }

  private String side(String root) {
    if (updater.isPresent()) {
      return "/" + BlockOwnerNames.shortened(root);
    }
    String name = root.substring(root.lastIndexOf('/') + 1);
    String side =
        name.startsWith(disk.file().newImage().imageId())
            ? "new"
            : name.startsWith(disk.file().old().imageId()) ? "old" : "neither old nor new";
    return "%s (/%s)".formatted(side, BlockOwnerNames.shortened(root));
  }

  private void printFilesystem(SystemDisk crashed) {
    if (!crashed.filesystem().isBtrfs()) {
      line("", "The filesystem is %s.".formatted(crashed.filesystem().type()));
      return;
    }
    try (BtrfsReader reader =
        BtrfsReader.open(crashed.image(), crashed.systemOffset(), crashed.systemSize())) {
      FilesystemView view = reader.walk();
      line(
          "",
          String.format(
              Locale.ROOT,
              "btrfs: generation %,d, %s, %,d tree nodes, %,d MiB of data, %s.",
              view.generation(),
              view.hasLogTree() ? "a log to replay" : "no log",
              view.treeNodes(),
              view.dataBytes() >> 20,
              view.corruptions().isEmpty()
                  ? "every checksum right"
                  : "wrong in %,d places".formatted(view.corruptions().size())));
      if (reader.hasNewerCopy()) {
        line(
            "",
            "A copy of the superblock is newer than the one the kernel mounts by; GRUB goes by the"
                + " newest.");
      }
      for (Corruption each : view.corruptions().stream().limit(MOST_CORRUPTIONS).toList()) {
        line("  ", each.what());
      }
    } catch (MalformedFilesystemException unreadable) {
      String message = String.valueOf(unreadable.getMessage());
      line("", "btrfs: " + message.replace(crashed.image() + ", ", ""));
    }
  }

  private void line(String indentation, String text) {
    new TextWrap(indentation, indentation + "  ", columns).lines(text).forEach(out::println);
  }
}
