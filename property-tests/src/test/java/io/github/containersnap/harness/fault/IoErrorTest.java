package io.github.containersnap.harness.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.loopback.btrfs.BlockOwner;
import io.github.containersnap.loopback.btrfs.BtrfsReader;
import io.github.containersnap.loopback.disk.IoFault;
import io.github.containersnap.loopback.disk.IoFault.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Disks that answer with EIO while an update, or a recovery, runs (property P9). Whatever the
 * command then says, after a reboot with a sound disk the machine is the old one or the new one,
 * whole; the new one if the command said so. A case in which the disk was not asked so often is
 * void, and counted.
 */
@ExtendWith(SharedBench.class)
class IoErrorTest {
  private final FaultBench bench;

  IoErrorTest(FaultBench bench) {
    this.bench = bench;
  }

  private record Case(IoFault fault) implements Cases.Named {
    @Override
    public String name() {
      String which =
          fault.offset().isPresent()
              ? " of byte %,d".formatted(fault.offset().getAsLong())
              : " %d".formatted(fault.number());
      return fault.access() + which + " fails" + (fault.forever() ? " and all after it" : "");
    }
  }

  private String[] update() {
    return new String[] {"update", bench.second().reference()};
  }

  @Test
  void an_error_at_any_of_10_writes_leaves_the_old_system_or_the_new() throws IOException {
    requireOldOrNew(spread(10, undisturbed().writes(), Access.WRITE));
  }

  @Test
  void an_error_at_any_of_4_reads_leaves_the_old_system_or_the_new() throws IOException {
    requireOldOrNew(spread(4, undisturbed().reads(), Access.READ));
  }

  @Test
  @Tag("exhaustive")
  void an_error_at_any_write_leaves_the_old_system_or_the_new() throws IOException {
    requireOldOrNew(all(undisturbed().writes(), Access.WRITE));
  }

  @Test
  @Tag("exhaustive")
  void an_error_at_any_read_leaves_the_old_system_or_the_new() throws IOException {
    requireOldOrNew(all(undisturbed().reads(), Access.READ));
  }

  @Test
  void a_superblock_that_cannot_be_written_leaves_the_old_system_or_the_new() throws IOException {
    List<Case> cases = new ArrayList<>();
    owners()
        .forEach(
            (owner, offset) -> {
              if (owner instanceof BlockOwner.Superblock) {
                cases.add(new Case(IoFault.at(Access.WRITE, offset, false)));
                cases.add(new Case(IoFault.at(Access.WRITE, offset, true)));
              }
            });
    assertThat(cases).hasSize(4);
    requireOldOrNew(cases);
  }

  /** Metadata has two copies on one device, and btrfs reads the other; data has one. */
  @Test
  @Tag("exhaustive")
  void a_block_of_any_tree_or_subvolume_that_cannot_be_read_leaves_the_old_system_or_the_new()
      throws IOException {
    Set<Object> kinds = new HashSet<>();
    List<Case> cases = new ArrayList<>();
    owners()
        .forEach(
            (owner, offset) -> {
              boolean another =
                  switch (owner) {
                    case BlockOwner.Node node -> kinds.add(node);
                    case BlockOwner.Data data -> kinds.add(data.tree());
                    case BlockOwner.Superblock _, BlockOwner.Nothing _ -> false;
                  };
              if (another) {
                cases.add(new Case(IoFault.at(Access.READ, offset, false)));
                cases.add(new Case(IoFault.at(Access.READ, offset, true)));
              }
            });
    assertThat(cases).hasSizeGreaterThan(20);
    requireOldOrNew(cases);
  }

  /** What owns blocks of the disk before the update, with a byte of each. */
  private Map<BlockOwner, Long> owners() {
    try (BtrfsReader reader =
        BtrfsReader.open(
            bench.base().image(), bench.base().systemOffset(), bench.base().systemSize())) {
      return reader.owners().firstBlocks();
    }
  }

  @Test
  void an_error_in_a_recovery_is_settled_by_the_next() throws IOException {
    Path interrupted = interrupted();
    try {
      List<Case> cases = new ArrayList<>();
      for (int number = 1; number <= 16; number += 5) {
        cases.add(new Case(new IoFault(Access.WRITE, number, number % 2 == 0)));
      }
      new Cases(2)
          .run(cases, it -> onCopyOf(interrupted, image -> requireSettled(image, it, "recover")));
    } finally {
      Files.delete(interrupted);
    }
  }

  /** A disk whose update was cut off by errors, half way. */
  private Path interrupted() throws IOException {
    Path image = bench.copy();
    IoFault fault = new IoFault(Access.WRITE, undisturbed().writes() / 2, true);
    FailingMachine.Run run = new FailingMachine(bench, image).run(Optional.of(fault), update());
    assertThat(run.result().succeeded()).isFalse();
    return image;
  }

  private FailingMachine.Run undisturbed() throws IOException {
    Path image = bench.copy();
    try {
      FailingMachine.Run run = new FailingMachine(bench, image).run(Optional.empty(), update());
      assertThat(run.result().succeeded()).as(run.result().error()).isTrue();
      assertThat(run.errors()).isZero();
      return run;
    } finally {
      Files.delete(image);
    }
  }

  private static List<Case> spread(int count, int last, Access access) {
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      cases.add(new Case(new IoFault(access, 1 + (last - 1) * i / (count - 1), i % 2 == 1)));
    }
    return cases;
  }

  private static List<Case> all(int last, Access access) {
    List<Case> cases = new ArrayList<>();
    for (int number = 1; number <= last; number++) {
      cases.add(new Case(new IoFault(access, number, false)));
      if (number % 8 == 1) {
        cases.add(new Case(new IoFault(access, number, true)));
      }
    }
    return cases;
  }

  private void requireOldOrNew(List<Case> cases) {
    AtomicInteger struck = new AtomicInteger();
    new Cases(2)
        .run(
            cases,
            it ->
                onCopyOf(
                    bench.base().image(),
                    image -> {
                      if (requireSettled(image, it, update()) > 0) {
                        struck.incrementAndGet();
                      }
                    }));
    assertThat(struck.get()).as("cases that were none").isPositive();
  }

  /** Work on the file of a disk. */
  private interface OnImage {
    void with(Path image) throws IOException;
  }

  private void onCopyOf(Path disk, OnImage work) throws IOException {
    Path copy = bench.copyOf(disk);
    try {
      work.with(copy);
    } finally {
      Files.delete(copy);
    }
  }

  /** Returns how many errors there were. */
  private long requireSettled(Path image, Case it, String... command) throws IOException {
    FailingMachine.Run run = new FailingMachine(bench, image).run(Optional.of(it.fault()), command);
    if (!run.result().succeeded()) {
      FaultedSystem.requireClearFailure(run.result());
    }
    bench.on(
        bench.base().at(image),
        machine -> {
          machine.succeeds("recover");
          machine.requireOldOrNew();
          if (command[0].equals("update") && run.result().succeeded()) {
            machine.requireNew();
          }
          machine.succeeds(update());
          machine.requireNew();
        });
    return run.errors();
  }
}
