package io.github.containersnap.gate.check;

import io.github.containersnap.gate.report.BootResults;
import io.github.containersnap.harness.property.Expected;
import io.github.containersnap.harness.property.ExpectedBoot;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.view.Access;
import io.github.containersnap.harness.view.BootFile;
import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.Origin;
import io.github.containersnap.harness.view.Reader;
import io.github.containersnap.harness.view.Seen;
import io.github.containersnap.harness.view.SystemView;
import io.github.containersnap.harness.view.Tree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/**
 * A machine that was booted, of which only the console is read: which system came up, by what its
 * kernel was told, or why none did.
 */
final class GuestView implements SystemView {
  private static final String CONSOLE = "only the console of the guest is read";

  private final BootResults.Booted booted;

  GuestView(BootResults.Booted booted) {
    this.booted = booted;
  }

  /** A machine on which the update has reported success: the new system boots. */
  static Expected reported() {
    return new Expected(
        Map.of(root(Side.OLD), deployment(Side.OLD), root(Side.NEW), deployment(Side.NEW)),
        Set.of(),
        root(Side.NEW),
        Optional.empty(),
        new ExpectedBoot("", Map.of(), List.of()),
        Optional.empty(),
        Set.of(),
        Map.of(),
        true);
  }

  private static Expected.Deployment deployment(Side side) {
    return new Expected.Deployment(
        "the %s system".formatted(side),
        root(side),
        Unseen.TREE,
        Unseen.TREE,
        Access.READ_ONLY,
        new Origin("", Optional.empty()));
  }

  /** In place of a tree that no guest is asked for. */
  private enum Unseen implements Tree {
    TREE;

    @Override
    public Optional<String> differenceFrom(Tree expected) {
      throw new IllegalStateException(CONSOLE);
    }

    @Override
    public Optional<String> sha256(String path) {
      throw new IllegalStateException(CONSOLE);
    }
  }

  private static String root(Side side) {
    return side.toString();
  }

  @Override
  public Optional<String> obstacle() {
    return Optional.empty();
  }

  @Override
  public Seen<Optional<String>> damage() {
    return Seen.hidden(CONSOLE);
  }

  /** A kernel that keeps its command line to itself hides which system it belongs to. */
  @Override
  public Seen<BootPlan> boot(Reader reader) {
    return booted
        .cameUp()
        .map(side -> Seen.of(new BootPlan(List.of(BootPlan.Entry.ofRoot(root(side))))))
        .orElseGet(() -> Seen.hidden("the console does not show which system came up"));
  }

  @Override
  public Seen<String> menu() {
    return Seen.hidden(CONSOLE);
  }

  /** A boot that could not be made shows nothing. */
  @Override
  public Seen<Optional<String>> startFailure() {
    return booted.infrastructure()
        ? Seen.hidden("the boot could not be made")
        : Seen.of(booted.problem());
  }

  @Override
  public Seen<BootFile> bootFile(String path) {
    return Seen.hidden(CONSOLE);
  }

  @Override
  public Seen<SortedSet<String>> deployments() {
    return Seen.hidden(CONSOLE);
  }

  @Override
  public Seen<Tree> sealed(String id) {
    return Seen.hidden(CONSOLE);
  }

  @Override
  public Seen<Tree> etc(String id) {
    return Seen.hidden(CONSOLE);
  }

  @Override
  public Seen<Optional<Origin>> origin(String id) {
    return Seen.hidden(CONSOLE);
  }

  @Override
  public Seen<Access> access(String path) {
    return Seen.hidden(CONSOLE);
  }

  @Override
  public Seen<Optional<Tree>> data(String subvolume) {
    return Seen.hidden(CONSOLE);
  }

  @Override
  public Seen<SortedSet<String>> pins() {
    return Seen.hidden(CONSOLE);
  }

  @Override
  public Seen<SortedSet<String>> strays() {
    return Seen.hidden(CONSOLE);
  }

  @Override
  public Seen<Boolean> reserve() {
    return Seen.hidden(CONSOLE);
  }

  @Override
  public Seen<SortedSet<String>> leftOutside() {
    return Seen.hidden(CONSOLE);
  }
}
