package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.view.Access;
import io.github.containersnap.harness.view.BootFile;
import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.Origin;
import io.github.containersnap.harness.view.Reader;
import io.github.containersnap.harness.view.Seen;
import io.github.containersnap.harness.view.SystemView;
import io.github.containersnap.harness.view.Tree;
import io.github.containersnap.harness.world.DiskView;
import io.github.containersnap.harness.world.FirmwareModel;
import io.github.containersnap.harness.world.TextFiles;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The machine of a history, whichever world it is in: at rest, or as the power has come back.
 *
 * <p>Of trees it compares names, texts, modes and owners; of /var the texts alone.
 */
final class HistoryView implements SystemView {
  private static final String AT_REST = "the machine runs: its boot loader reads at the next start";
  private static final String NOT_RECOVERED = "nothing has recovered from the power cut yet";

  private final DiskView disk;
  private final FirmwareModel firmware;
  private final Seen<String> menu;
  private final boolean running;
  private final Map<Reader, Seen<BootPlan>> plans = new EnumMap<>(Reader.class);

  private HistoryView(DiskView disk, FirmwareModel firmware, Seen<String> menu, boolean running) {
    this.disk = disk;
    this.firmware = firmware;
    this.menu = menu;
    this.running = running;
  }

  /**
   * A machine at rest.
   *
   * @param menu what its engine reads in the boot menu, in words
   */
  static HistoryView atRest(DiskView disk, FirmwareModel firmware, Seen<String> menu) {
    return new HistoryView(disk, firmware, menu, true);
  }

  /** A machine whose firmware has control. */
  static HistoryView atPowerOn(DiskView disk, FirmwareModel firmware) {
    return new HistoryView(disk, firmware, Seen.hidden(NOT_RECOVERED), false);
  }

  private <T> Seen<T> whileRunning(Supplier<T> look) {
    return running ? Seen.of(look.get()) : Seen.hidden(NOT_RECOVERED);
  }

  @Override
  public Optional<String> obstacle() {
    return Optional.empty();
  }

  @Override
  public Seen<Optional<String>> damage() {
    return Seen.hidden("a simulated disk has no structure to damage, and sweeps check real ones");
  }

  /** Each property asks, and the boot loader's script takes its time; the machine stands still. */
  @Override
  public Seen<BootPlan> boot(Reader reader) {
    return plans.computeIfAbsent(reader, this::plan);
  }

  private Seen<BootPlan> plan(Reader reader) {
    if (!running) {
      return Seen.of(firmware.plan(reader));
    }
    return reader == Reader.BOOT_LOADER
        ? Seen.hidden(AT_REST)
        : Seen.of(firmware.planOfWholeTrial(reader));
  }

  @Override
  public Seen<String> menu() {
    return menu;
  }

  @Override
  public Seen<Optional<String>> startFailure() {
    return Seen.hidden("each start is followed by itself, with what it must come to");
  }

  @Override
  public Seen<BootFile> bootFile(String path) {
    return running ? Seen.hidden(AT_REST) : Seen.of(firmware.bootFile(path));
  }

  @Override
  public Seen<SortedSet<String>> deployments() {
    return whileRunning(() -> ids(disk.deployments()));
  }

  private static SortedSet<String> ids(Iterable<DeploymentId> deployments) {
    SortedSet<String> ids = new TreeSet<>();
    deployments.forEach(id -> ids.add(id.toString()));
    return ids;
  }

  @Override
  public Seen<Tree> sealed(String id) {
    return whileRunning(() -> disk.sealed(DeploymentId.parse(id)));
  }

  @Override
  public Seen<Tree> etc(String id) {
    return disk.etc(DeploymentId.parse(id))
        .map(files -> this.<Tree>whileRunning(() -> new TextFiles(files)))
        .orElseGet(() -> Seen.hidden("it is not a subvolume, which is told already"));
  }

  @Override
  public Seen<Optional<Origin>> origin(String id) {
    return whileRunning(
        () ->
            disk.recordedImage(DeploymentId.parse(id)).map(it -> new Origin(it, Optional.empty())));
  }

  @Override
  public Seen<Access> access(String path) {
    return whileRunning(() -> disk.access(path));
  }

  /** Histories write to /var alone. */
  @Override
  public Seen<Optional<Tree>> data(String subvolume) {
    return subvolume.equals(RememberedMachine.VAR)
        ? whileRunning(() -> Optional.of(TextFiles.ofTexts(disk.data())))
        : Seen.hidden("nothing is kept in it");
  }

  @Override
  public Seen<SortedSet<String>> pins() {
    return whileRunning(() -> ids(disk.pins()));
  }

  @Override
  public Seen<Boolean> reserve() {
    return whileRunning(disk::hasSpareRoom);
  }

  @Override
  public Seen<SortedSet<String>> leftOutside() {
    return Seen.hidden("a simulated machine has no mounts, and the loopback world's are its own");
  }

  @Override
  public Seen<SortedSet<String>> strays() {
    return whileRunning(disk::strays);
  }
}
