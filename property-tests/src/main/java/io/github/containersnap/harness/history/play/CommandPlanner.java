package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.Blessing;
import io.github.containersnap.engine.Deletion;
import io.github.containersnap.engine.Discard;
import io.github.containersnap.engine.EtcRestoration;
import io.github.containersnap.engine.Finalization;
import io.github.containersnap.engine.KernelArgumentChange;
import io.github.containersnap.engine.Pinning;
import io.github.containersnap.engine.Pruning;
import io.github.containersnap.engine.Pull;
import io.github.containersnap.engine.ReadOnlyState;
import io.github.containersnap.engine.Snapshot;
import io.github.containersnap.engine.SourceChange;
import io.github.containersnap.engine.Switch;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.arguments.KernelArgumentEdit;
import io.github.containersnap.engine.etc.EtcReset;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.harness.history.HistoryStep;
import io.github.containersnap.harness.history.ReferenceModel;
import io.github.containersnap.harness.history.ReferenceModel.Deployed;
import io.github.containersnap.harness.history.ReferenceModel.Grade;
import io.github.containersnap.harness.history.ReferenceModel.Known;
import io.github.containersnap.harness.history.ReferenceModel.Menu;
import io.github.containersnap.harness.world.DiskView;
import io.github.containersnap.harness.world.EtcFile;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.HistoryImage.Health;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/** Says of each step that is a command what the command is, and what must come of it. */
final class CommandPlanner {
  private final Known known;
  private final Optional<DeploymentId> gaveUpOn;
  private final Instant now;
  private final Function<HistoryImage, ImageReference> references;
  private final Predicate<HistoryImage> stored;

  /**
   * A planner for the next command.
   *
   * @param known what is known of the machine
   * @param gaveUpOn the default that the boot loader gave up on in the present boot
   * @param now what time it is
   * @param references where the command finds an image
   * @param stored whether the store lists an image
   */
  CommandPlanner(
      Known known,
      Optional<DeploymentId> gaveUpOn,
      Instant now,
      Function<HistoryImage, ImageReference> references,
      Predicate<HistoryImage> stored) {
    this.known = known;
    this.gaveUpOn = gaveUpOn;
    this.now = now;
    this.references = references;
    this.stored = stored;
  }

  static DeploymentId pick(Known known, int which) {
    List<DeploymentId> ids = List.copyOf(known.deployments().keySet());
    return ids.get(Math.floorMod(which, ids.size()));
  }

  PlannedCommand plan(HistoryStep step) {
    return switch (step) {
      case HistoryStep.Bless _ ->
          PlannedCommand.simple(
                  "`bless` is run",
                  it -> new Blessing(it).run(ReferenceModel.failedChecks(known)),
                  before -> ReferenceModel.afterBlessing(before, gaveUpOn),
                  false)
              .recoveringNothing();
      case HistoryStep.Finalize _ ->
          PlannedCommand.simple(
                  "`finalize` is run",
                  it -> new Finalization(it).run(),
                  ReferenceModel::finalized,
                  false)
              .inTwo(ReferenceModel::halfFinalized);
      case HistoryStep.Update update -> update(update);
      case HistoryStep.Download download -> {
        HistoryImage image = HistoryImage.of(download.image());
        yield new PlannedCommand(
            "Image %s is downloaded".formatted(download.image().inWords()),
            it -> {
              new Pull(it).run(references.apply(image));
              return Optional.empty();
            },
            (before, _) -> before,
            false,
            false,
            false,
            true,
            Optional.empty(),
            Optional.of(image));
      }
      case HistoryStep.Switch to -> {
        DeploymentId id = pick(known, to.which());
        yield PlannedCommand.simple(
            "`switch %s` is run".formatted(id.shortForm()),
            it -> new Switch(it).to(id),
            before -> before.with(ReferenceModel.menuFor(before, id)),
            !known.deployed(id).readOnly());
      }
      case HistoryStep.Rollback _ -> {
        Optional<Menu> menu = known.menu();
        Optional<DeploymentId> fallback = menu.flatMap(Menu::fallback);
        boolean refused =
            fallback.isEmpty()
                || menu.flatMap(Menu::fallbackGrade).equals(Optional.of(Grade.FAILED));
        yield PlannedCommand.simple(
            "`rollback` is run",
            it -> new Switch(it).back(),
            before -> before.with(ReferenceModel.menuFor(before, fallback.orElseThrow())),
            refused);
      }
      case HistoryStep.Discard _ -> discard();
      case HistoryStep.KernelArguments change -> kernelArguments(change);
      case HistoryStep.Reset reset -> reset(reset);
      case HistoryStep.Source source -> source(source);
      case HistoryStep.Restore restore -> restore(restore);
      case HistoryStep.CreateSnapshot snapshot -> snapshot(snapshot);
      case HistoryStep.SetReadOnly set -> setReadOnly(set);
      case HistoryStep.Delete delete -> {
        DeploymentId id = pick(known, delete.which());
        boolean closed = known.deployed(id).readOnly();
        yield PlannedCommand.simple(
            "`delete %s--id=%s` is run".formatted(closed ? "--force " : "", id.shortForm()),
            it -> (closed ? new Deletion(it).forced() : new Deletion(it)).deployment(id),
            before -> {
              Set<DeploymentId> rest = new HashSet<>(before.deployments().keySet());
              rest.remove(id);
              return before.only(rest);
            },
            ReferenceModel.safe(known).contains(id));
      }
      case HistoryStep.Pin pin -> {
        DeploymentId id = pick(known, pin.which());
        PlannedCommand plan =
            PlannedCommand.simple(
                "`pin %s` is run".formatted(id.shortForm()),
                it -> new Pinning(it).pin(id),
                before -> {
                  Set<DeploymentId> pins = new HashSet<>(before.pins());
                  pins.add(id);
                  return before.withPins(pins);
                },
                false);
        yield plan.needingRoom();
      }
      case HistoryStep.Unpin pin -> {
        DeploymentId id = pick(known, pin.which());
        yield PlannedCommand.simple(
            "`unpin %s` is run".formatted(id.shortForm()),
            it -> new Pinning(it).unpin(id),
            before -> {
              Set<DeploymentId> pins = new HashSet<>(before.pins());
              pins.remove(id);
              return before.withPins(pins);
            },
            false);
      }
      case HistoryStep.Prune _ ->
          new PlannedCommand(
              "`prune` is run",
              it -> {
                new Pruning(it).run();
                return Optional.empty();
              },
              (before, _) -> before,
              false,
              false,
              true,
              false,
              Optional.empty(),
              Optional.empty());
      default -> throw new IllegalArgumentException("no command: " + step);
    };
  }

  private PlannedCommand update(HistoryStep.Update update) {
    HistoryImage image = HistoryImage.of(update.image());
    boolean isDefault = known.byDefault().filter(id -> id.image().equals(image.id())).isPresent();
    boolean refused =
        !isDefault
            && (update.image().health() == Health.UNBOOTABLE
                || (!update.retry() && ReferenceModel.hasFailed(known, image)));
    BiFunction<Known, Optional<DeploymentId>, Known> effect =
        (before, made) -> updated(before, image, made.orElseThrow());
    return new PlannedCommand(
        "An update to image %s is started%s"
            .formatted(update.image().inWords(), update.retry() ? " with --retry" : ""),
        it -> {
          Update engine = update.retry() ? new Update(it).retrying() : new Update(it);
          return Optional.of(engine.run(references.apply(image)).deployment());
        },
        isDefault ? (before, _) -> before : effect,
        !isDefault,
        refused,
        !isDefault,
        true,
        isDefault ? Optional.empty() : Optional.of(image.id()),
        Optional.of(image));
  }

  private Known updated(Known before, HistoryImage image, DeploymentId id) {
    Deployed deployed =
        new Deployed(
            true,
            false,
            now,
            ReferenceModel.mergedEtc(before, image),
            before.current().map(it -> new ReferenceModel.Origin(it, before.deployed(it).etc())));
    Known with = before.with(id, deployed);
    return with.with(ReferenceModel.menuFor(with, id));
  }

  /** Only what was made for the next boot goes, and only if nobody has pinned it. */
  private PlannedCommand discard() {
    Optional<DeploymentId> running = known.running();
    Optional<DeploymentId> pending =
        known.byDefault().filter(id -> !running.equals(Optional.of(id)));
    boolean refused = running.isEmpty() || pending.isEmpty() || !isReadOnly(running.get());
    Optional<DeploymentId> made =
        pending.filter(id -> ReferenceModel.wasMadeForTheNextBoot(known, id));
    return PlannedCommand.simple(
            "`discard` is run",
            it -> new Discard(it).run(),
            before -> before.with(ReferenceModel.menuFor(before, running.orElseThrow(), made)),
            refused)
        .clearingUp(unpinned(made));
  }

  /** A snapshot of the default with other arguments, on trial; or nothing if they are the same. */
  private PlannedCommand kernelArguments(HistoryStep.KernelArguments step) {
    DeploymentId base = known.byDefault().orElseThrow();
    Deployed source = known.deployed(base);
    Optional<Map<String, EtcFile>> changed =
        ReferenceModel.withKernelArgument(source.etc(), step.change(), step.word());
    boolean same = changed.equals(Optional.of(source.etc()));
    boolean refused = changed.isEmpty() || (!same && !source.readOnly());
    boolean makes = !same && !refused;
    Optional<DeploymentId> replaced =
        Optional.of(base).filter(id -> makes && ReferenceModel.wasMadeForTheNextBoot(known, id));
    return new PlannedCommand(
            "`kargs %s %s` is run".formatted(step.change().option(), step.word()),
            it ->
                new KernelArgumentChange(it).to(edit(step))
                        instanceof KernelArgumentChange.ChangeResult.Changed made
                    ? Optional.of(made.boots())
                    : Optional.empty(),
            (before, made) ->
                makes
                    ? onTrial(
                        before,
                        made.orElseThrow(),
                        snapshotOf(base, changed.orElseThrow()),
                        replaced)
                    : before,
            makes,
            refused,
            false,
            true,
            Optional.of(base.image()).filter(_ -> makes),
            Optional.empty())
        .clearingUp(unpinned(replaced));
  }

  private static KernelArgumentEdit edit(HistoryStep.KernelArguments step) {
    List<String> word = List.of(step.word());
    return switch (step.change()) {
      case DELETE -> new KernelArgumentEdit(word, List.of(), List.of());
      case REPLACE -> new KernelArgumentEdit(List.of(), word, List.of());
      case APPEND -> new KernelArgumentEdit(List.of(), List.of(), word);
    };
  }

  private static Known onTrial(
      Known before, DeploymentId id, Deployed made, Optional<DeploymentId> replaced) {
    Known with = before.with(id, made);
    return with.with(ReferenceModel.menuFor(with, id, replaced));
  }

  private Deployed snapshotOf(DeploymentId base, Map<String, EtcFile> etc) {
    return new Deployed(true, true, now, etc, ReferenceModel.origin(known, base));
  }

  /** The image of what runs once more. Without that image in the store it is refused. */
  private PlannedCommand reset(HistoryStep.Reset step) {
    DeploymentId current = known.current().orElseThrow();
    HistoryImage image = HistoryImage.of(current.image());
    return new PlannedCommand(
            "`reset %s%s` is run"
                .formatted(
                    step.keepsUsers() ? "--keep-users" : "--drop-users",
                    step.kept().isEmpty() ? "" : " --keep " + step.kept()),
            it ->
                Optional.of(
                    new Update(it)
                        .reset(
                            new EtcReset(
                                step.keepsUsers(),
                                step.kept().isEmpty() ? List.of() : List.of(step.kept())))
                        .deployment()),
            (before, made) -> {
              Map<String, EtcFile> here = before.deployed(current).etc();
              Deployed deployed =
                  new Deployed(
                      true,
                      false,
                      now,
                      ReferenceModel.resetEtc(image.etc(), here, step.keepsUsers(), step.kept()),
                      Optional.of(new ReferenceModel.Origin(current, here)));
              return onTrial(before, made.orElseThrow(), deployed, Optional.empty());
            },
            true,
            !stored.test(image),
            true,
            true,
            Optional.of(image.id()),
            Optional.empty())
        .needingStore();
  }

  /** A file of the machine, which no deployment has a part in. */
  private static PlannedCommand source(HistoryStep.Source step) {
    String reference = step.reference();
    return PlannedCommand.simple(
            "`source %s` is run".formatted(reference.isEmpty() ? "--reset" : reference),
            it -> {
              if (reference.isEmpty()) {
                new SourceChange(it).reset();
              } else {
                new SourceChange(it).to(new ImageReference(reference));
              }
            },
            before -> {
              Map<String, String> data = new TreeMap<>(before.data());
              if (reference.isEmpty()) {
                data.remove(DiskView.SOURCE);
              } else {
                data.put(DiskView.SOURCE, reference + "\n");
              }
              return before.withData(data);
            },
            false)
        .needingRoom();
  }

  /** In what runs, and at once. */
  private PlannedCommand restore(HistoryStep.Restore step) {
    DeploymentId current = known.current().orElseThrow();
    Map<String, EtcFile> came = HistoryImage.of(current.image()).etc();
    Optional<Map<String, EtcFile>> restored =
        ReferenceModel.restored(
            came, known.deployed(current).etc(), step.file(), step.removingAdded());
    return PlannedCommand.simple(
            "`etc-diff --restore %s/etc/%s` is run"
                .formatted(step.removingAdded() ? "--remove-added " : "", step.file()),
            it -> new EtcRestoration(it).of("/etc/" + step.file(), step.removingAdded()),
            before ->
                before.with(current, before.deployed(current).withEtc(restored.orElseThrow())),
            restored.isEmpty())
        .needingRoom();
  }

  private boolean isReadOnly(DeploymentId id) {
    return known.deployed(id).readOnly();
  }

  private Set<DeploymentId> unpinned(Optional<DeploymentId> id) {
    return id.filter(it -> !known.pins().contains(it)).map(Set::of).orElse(Set.of());
  }

  private PlannedCommand snapshot(HistoryStep.CreateSnapshot snapshot) {
    DeploymentId base = pick(known, snapshot.which());
    Deployed source = known.deployed(base);
    return new PlannedCommand(
        "`create-snapshot %s` is run".formatted(base.shortForm()),
        it -> Optional.of(new Snapshot(it).of(base)),
        (before, made) ->
            before.with(
                made.orElseThrow(),
                new Deployed(false, true, now, source.etc(), ReferenceModel.origin(known, base))),
        true,
        false,
        false,
        true,
        Optional.of(base.image()),
        Optional.empty());
  }

  private PlannedCommand setReadOnly(HistoryStep.SetReadOnly set) {
    DeploymentId id = pick(known, set.which());
    Set<DeploymentId> bootable = new HashSet<>();
    known.running().ifPresent(bootable::add);
    known.byDefault().ifPresent(bootable::add);
    known.menu().flatMap(Menu::fallback).ifPresent(bootable::add);
    boolean refused = !set.readOnly() && (bootable.contains(id) || id.work() == 0);
    return PlannedCommand.simple(
        "`set-readonly-state %s %s` is run"
            .formatted(set.readOnly() ? "--readonly" : "--no-readonly", id.shortForm()),
        it -> {
          if (set.readOnly()) {
            new ReadOnlyState(it).close(id);
          } else {
            new ReadOnlyState(it).open(id);
          }
        },
        before -> before.with(id, before.deployed(id).readOnly(set.readOnly())),
        refused);
  }
}
