package io.github.containersnap.gate.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.containersnap.gate.ExampleLog;
import io.github.containersnap.gate.ExampleResult;
import io.github.containersnap.gate.check.ReportDirectory;
import io.github.containersnap.gate.report.BootResults;
import io.github.containersnap.gate.report.CheckResult;
import io.github.containersnap.gate.report.ShardPart;
import io.github.containersnap.gate.report.StateClass;
import io.github.containersnap.gate.report.StateDescription;
import io.github.containersnap.gate.report.SweepResult;
import io.github.containersnap.gate.shard.Shard;
import io.github.containersnap.gate.shard.ShardPlan;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.log.WriteLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Boots in shards. States 0 and 1 boot alike, 5 and 6, 9 and 11; each pair is a group of its own,
 * so each of three shards makes one boot.
 */
class ShardBootsTest {
  private static final int COUNT = 3;
  private static final List<List<CrashState>> ALIKE =
      List.of(prefixes(0, 1), prefixes(5, 6), prefixes(9, 11));

  @TempDir Path directory;

  private ExampleResult whole;
  private ShardReader reader;
  private ShardPlan plan;

  private static List<CrashState> prefixes(int... entries) {
    return java.util.Arrays.stream(entries)
        .mapToObj(each -> (CrashState) new CrashState.Prefix(each))
        .toList();
  }

  private static int pair(CrashState state) {
    return ALIKE.indexOf(ALIKE.stream().filter(each -> each.contains(state)).findFirst().get());
  }

  @BeforeEach
  void divide() {
    WriteLog log = ExampleLog.in(directory);
    whole = ExampleResult.holding(log).withClasses(state -> "class " + state.place() + " ");
    reader = new ShardReader(whole.recording(), new StateDescription(log));
    plan = ShardPlan.withBoots(names(), groups(), COUNT);
  }

  private Map<CrashState, String> names() {
    Map<CrashState, String> names = new HashMap<>();
    whole.result().sweep().classOf().forEach((state, found) -> names.put(state, found.name()));
    return names;
  }

  private Map<CrashState, String> groups() {
    Map<CrashState, String> groups = new HashMap<>();
    chosen().forEach(state -> groups.put(state, "group " + pair(state)));
    return groups;
  }

  private List<CrashState> chosen() {
    return whole.verdicts().stream().map(StateVerdict::state).toList();
  }

  private static BootResults.Booted booted(
      CrashState state, List<CrashState> alike, Optional<String> problem) {
    return new BootResults.Booted(
        state,
        new TreeSet<>(alike),
        "the old system",
        Optional.empty(),
        problem.isPresent() ? Optional.empty() : Optional.of("a login prompt"),
        problem,
        false,
        Duration.ofSeconds(30),
        "login of " + state,
        Optional.empty());
  }

  /** The report of a shard, with its verdicts and boots as they are given. */
  private Path report(
      Shard shard, List<StateVerdict> verdicts, List<BootResults.Booted> boots, ShardPlan by)
      throws Exception {
    CheckResult part =
        whole
            .with(verdicts.toArray(StateVerdict[]::new))
            .withClasses(whole.className())
            .result(new BootResults(boots, "KVM", Duration.ofSeconds(40)));
    Map<CrashState, StateClass> classes = new HashMap<>();
    part.sweep()
        .classOf()
        .forEach(
            (state, found) ->
                classes.put(
                    state,
                    new StateClass(
                        Objects.requireNonNull(names().get(state)),
                        found.loaderRoot(),
                        found.kernelRoot(),
                        found.boots(),
                        found.afterwards(),
                        Optional.empty(),
                        Optional.of("view " + pair(state)))));
    SweepResult swept = part.sweep();
    Path report = Files.createTempDirectory(directory, "shard");
    new ReportDirectory(report)
        .write(
            new CheckResult(
                part.update(),
                part.recorded(),
                part.selection(),
                new SweepResult(
                    new SelectedStates(
                        swept.states().families(),
                        swept.states().distinct(),
                        verdicts.stream().map(StateVerdict::state).toList()),
                    classes.size(),
                    swept.machines(),
                    swept.lookedAt(),
                    0,
                    verdicts,
                    classes,
                    swept.disks(),
                    swept.took()),
                part.boots(),
                Optional.empty(),
                Optional.of(
                    new ShardPart(
                        shard, by.sha256(), by.states(), new TreeSet<>(), Optional.of(groups()))),
                Optional.empty()));
    return report;
  }

  private List<StateVerdict> verdictsOf(Shard shard) {
    List<CrashState> states = plan.statesOf(shard);
    return whole.verdicts().stream().filter(each -> states.contains(each.state())).toList();
  }

  private Path report(int index) throws Exception {
    Shard shard = new Shard(index, COUNT);
    List<CrashState> states = plan.statesOf(shard);
    return report(
        shard,
        verdictsOf(shard),
        List.of(booted(states.getFirst(), states, Optional.empty())),
        plan);
  }

  private ShardResult read(Path report) {
    return reader.read(report.resolve("result.json"));
  }

  private ShardMerge merge(Path... reports) {
    return ShardMerge.of(chosen(), Stream.of(reports).map(this::read).toList());
  }

  private static BootResults boots(ShardMerge merge) {
    return ShardBoots.together(
        merge.counted().stream().flatMap(each -> each.boots().stream()).toList(),
        Duration.ofSeconds(90));
  }

  @Test
  void states_that_boot_alike_are_in_one_shard_and_each_shard_boots() {
    for (int index = 1; index <= COUNT; index++) {
      assertThat(ALIKE).contains(plan.statesOf(new Shard(index, COUNT)));
    }
  }

  @Test
  void all_shards_have_the_boots_of_the_whole() throws Exception {
    ShardMerge merge = merge(report(3), report(1), report(2));

    assertThat(merge.problems()).isEmpty();
    assertThat(merge.verdicts()).containsExactlyElementsOf(whole.verdicts());
    BootResults boots = boots(merge);
    assertThat(boots.accelerator()).isEqualTo("KVM");
    assertThat(boots.all())
        .extracting(BootResults.Booted::state, BootResults.Booted::states)
        .containsExactly(
            tuple(new CrashState.Prefix(0), 2),
            tuple(new CrashState.Prefix(5), 2),
            tuple(new CrashState.Prefix(9), 2));
    assertThat(boots.all().getFirst().console()).isEqualTo("login of prefix:0");
  }

  @Test
  void a_boot_that_has_no_result_leaves_its_state_unknown() throws Exception {
    Shard second = new Shard(2, COUNT);
    ShardMerge merge =
        merge(report(1), report(second, verdictsOf(second), List.of(), plan), report(3));

    CrashState lost = plan.statesOf(second).getFirst();
    assertThat(merge.problems()).containsExactly("a boot has no result");
    assertThat(merge.verdicts())
        .filteredOn(each -> each.verdict() instanceof Verdict.Unknown)
        .extracting(StateVerdict::state)
        .containsExactly(lost);
  }

  @Test
  void a_state_that_did_not_boot_is_violated_in_the_whole() throws Exception {
    Shard second = new Shard(2, COUNT);
    List<CrashState> states = plan.statesOf(second);
    Violation notBooted = new Violation(Property.P10, "in a virtual machine it panics");
    List<StateVerdict> verdicts = new ArrayList<>(verdictsOf(second));
    verdicts.set(0, new StateVerdict(states.getFirst(), new Verdict.Violated(List.of(notBooted))));
    ShardMerge merge =
        merge(
            report(1),
            report(
                second,
                verdicts,
                List.of(booted(states.getFirst(), states, Optional.of("it panics"))),
                plan),
            report(3));

    assertThat(merge.problems()).isEmpty();
    assertThat(merge.verdicts()).contains(verdicts.getFirst());
    assertThat(boots(merge).all())
        .anyMatch(each -> each.problem().equals(Optional.of("it panics")));
  }

  @Test
  void a_shard_that_boots_nothing_is_of_other_options() throws Exception {
    Shard second = new Shard(2, COUNT);
    Path silent = report(second, verdictsOf(second), List.of(), plan);
    Path result = silent.resolve("result.json");
    Files.writeString(
        result,
        Files.readString(result)
            .replaceFirst("(?s),\\s*\"boots\" : \\{\\s*\"accelerator\".*?]\\s*}", ""));
    ShardMerge merge = merge(report(1), silent, report(3));

    assertThat(merge.refused())
        .singleElement()
        .satisfies(each -> assertThat(each.why()).startsWith("it was checked with other options"));
    assertThat(merge.problems()).contains("shard 2 of 3 is missing");
  }

  @Test
  void of_states_that_boot_alike_in_two_shards_the_first_boot_stands_for_all() throws Exception {
    Map<CrashState, String> apart = new HashMap<>();
    chosen().forEach(state -> apart.put(state, state.toString()));
    ShardPlan by = ShardPlan.withBoots(names(), apart, 2);
    List<ShardResult> results = new ArrayList<>();
    for (int index = 1; index <= 2; index++) {
      Shard shard = new Shard(index, 2);
      List<CrashState> states = by.statesOf(shard);
      List<BootResults.Booted> boots = new ArrayList<>();
      for (List<CrashState> alike : ALIKE) {
        List<CrashState> own = alike.stream().filter(states::contains).toList();
        if (!own.isEmpty()) {
          boots.add(booted(own.getFirst(), own, Optional.empty()));
        }
      }
      results.add(
          read(
              report(
                  shard,
                  whole.verdicts().stream().filter(each -> states.contains(each.state())).toList(),
                  boots,
                  by)));
    }
    assertThat(results.stream().mapToInt(each -> each.boots().get().booted().size()).sum())
        .isGreaterThan(ALIKE.size());
    BootResults together =
        ShardBoots.together(
            results.stream().flatMap(each -> each.boots().stream()).toList(), Duration.ZERO);

    assertThat(together.all())
        .extracting(BootResults.Booted::state, BootResults.Booted::states)
        .containsExactly(
            tuple(new CrashState.Prefix(0), 2),
            tuple(new CrashState.Prefix(5), 2),
            tuple(new CrashState.Prefix(9), 2));
  }

  @Test
  void a_boot_of_what_the_shard_does_not_have_refuses_its_result() throws Exception {
    Path report = report(1);
    CrashState own = plan.statesOf(new Shard(1, COUNT)).getFirst();
    Path result = report.resolve("result.json");
    String json = Files.readString(result);
    String boot = "\"address\" : \"" + own + "\",%n    \"states\" : 2".formatted();
    assertThat(json).contains(boot);

    Files.writeString(result, json.replace(boot, boot.replace(own.toString(), "prefix:2")));
    assertThatThrownBy(() -> read(report))
        .isInstanceOf(ShardReader.RefusedException.class)
        .hasMessageContaining("which is not one of its states");
    Files.writeString(result, json.replace(boot, boot.replace(": 2", ": 9")));
    assertThatThrownBy(() -> read(report)).hasMessageContaining("states boot like");
  }

  @Test
  void a_console_that_is_missing_is_said_to_be() throws Exception {
    Path report = report(1);
    CrashState own = plan.statesOf(new Shard(1, COUNT)).getFirst();
    Files.delete(report.resolve("consoles/state-" + own.place() + ".log"));

    assertThat(read(report).boots().get().booted().values())
        .singleElement()
        .satisfies(
            each ->
                assertThat(each.console())
                    .startsWith("[The report of shard 1 has no console of this boot.]"));
  }
}
