package io.github.containersnap.harness.fault;

import io.github.containersnap.harness.updater.PortCallCounter;
import io.github.containersnap.harness.updater.Updater;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.stream.IntStream;

/**
 * The disk is filled to its last byte, by the machine's own /var, just before some of an update's
 * port calls (property P7): each file that it writes for the deployment, the last one first, then
 * the pull and the commit point. (btrfs still has room for a small file, within its metadata; which
 * of them is large enough depends on the images.)
 */
record FullDiskRun(FaultBench bench, MutantCandidate subject) implements FaultRun {
  private static final String WRITE = "SystemFiles.write";

  @Override
  public void run(Tries tries) throws IOException {
    List<String> calls = undisturbed();
    SequencedSet<Integer> places = new LinkedHashSet<>();
    IntStream.range(0, calls.size())
        .filter(call -> calls.get(call).equals(WRITE))
        .forEach(call -> places.addFirst(call));
    places.add(calls.indexOf("ImageStore.pull"));
    places.add(calls.lastIndexOf("Bootloader.replaceMenu"));
    for (int place : places) {
      tries.next(
          "the disk is full from call %d of %d on, %s"
              .formatted(place + 1, calls.size(), calls.get(place)));
      bench.onCopy(machine -> fill(machine.with(subject), place + 1));
    }
  }

  private String[] update() {
    return new String[] {"update", bench.second().reference()};
  }

  private List<String> undisturbed() throws IOException {
    List<String> calls = new ArrayList<>();
    PortCallCounter hearing = new PortCallCounter((number, call) -> calls.add(call));
    bench.onCopy(machine -> machine.with(subject).run(hearing, update()));
    return calls;
  }

  private void fill(FaultedSystem machine, int call) throws IOException {
    FillerFiles filling = new FillerFiles(machine.top());
    PortCallCounter filler =
        new PortCallCounter(
            (number, name) -> {
              if (number == call) {
                filling.toTheLastByte();
              }
            });
    Updater.Result result = machine.run(filler, update());
    if (!result.succeeded()) {
      FaultedSystem.requireClearFailure(result);
    }
    machine.succeeds("status");
    machine.succeeds("recover");
    machine.succeeds("prune");
    if (result.succeeded()) {
      machine.requireNew();
    } else {
      machine.requireOld();
    }
    filling.remove();
    machine.succeeds(update());
    machine.requireNew();
  }
}
