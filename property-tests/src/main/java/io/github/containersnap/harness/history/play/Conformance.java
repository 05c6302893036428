package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.history.Generator;
import io.github.containersnap.harness.history.History;
import io.github.containersnap.harness.history.HistoryResult;
import io.github.containersnap.harness.history.HistoryStep;
import io.github.containersnap.harness.history.ScheduledStep;
import io.github.containersnap.harness.history.play.CommandRun.Ending;
import io.github.containersnap.harness.world.ScheduledFault;
import io.github.containersnap.harness.world.World;
import io.github.containersnap.harness.world.WorldFault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Whether what power cuts leave on real disks is what the simulated one allows.
 *
 * <p>The steps of a history, with nothing striking them, are played in both worlds. Before each
 * command, in the simulated world the power is cut on copies of the machine at every step of every
 * port call, and after the command, several times each, with a commit of the kernel's own just
 * before it and without: that is what is allowed. In the other world the command is recorded on a
 * copy, and crash states of the record are looked at: each outcome there must be one of those.
 *
 * <p>A history ends with a power cut, which may bring back in one world what an update had pruned,
 * and not in the other: both are allowed. A command before which the machines so differ is left
 * out.
 */
public final class Conformance {
  /** A call that no command makes. */
  private static final int NEVER = 1 << 19;

  /** What is in flight is drawn; so often at each place. */
  private static final int DRAWS = 2;

  /** A command has fewer steps within a call. */
  private static final int MOST_STEPS = 1000;

  private final WorldFactory real;
  private final UnaryOperator<Machine> updater;
  private final int states;

  /**
   * A comparison.
   *
   * @param real what the simulated world is compared with
   * @param updater what the engine works on there instead of the machine, to be seen to differ
   * @param states how many crash states of each command are looked at
   */
  public Conformance(WorldFactory real, UnaryOperator<Machine> updater, int states) {
    this.real = real;
    this.updater = updater;
    this.states = states;
  }

  /**
   * An outcome on a real disk that the model does not allow.
   *
   * @param seed of the history
   * @param command which command of it
   * @param outcome what was seen
   * @param allowed what the model allows
   */
  public record Disagreement(long seed, String command, String outcome, List<String> allowed) {}

  /**
   * What was compared.
   *
   * @param histories how many
   * @param commands how many commands were compared
   * @param leftOut how many were not, since the machines differed before them
   * @param states how many crash states were looked at
   * @param cuts how many simulated power cuts
   * @param allowed by verb, the outcomes that the model allows
   * @param seen by verb, those that were seen on real disks
   * @param disagreements those that were seen and are not allowed
   */
  public record Result(
      int histories,
      int commands,
      int leftOut,
      long states,
      long cuts,
      SortedMap<String, SortedSet<String>> allowed,
      SortedMap<String, SortedSet<String>> seen,
      List<Disagreement> disagreements) {

    /** This and another. */
    public Result and(Result other) {
      List<Disagreement> all = new ArrayList<>(disagreements);
      all.addAll(other.disagreements);
      return new Result(
          histories + other.histories,
          commands + other.commands,
          leftOut + other.leftOut,
          states + other.states,
          cuts + other.cuts,
          both(allowed, other.allowed),
          both(seen, other.seen),
          List.copyOf(all));
    }

    private static SortedMap<String, SortedSet<String>> both(
        SortedMap<String, SortedSet<String>> one, SortedMap<String, SortedSet<String>> other) {
      SortedMap<String, SortedSet<String>> all = new TreeMap<>();
      one.forEach((verb, texts) -> all.computeIfAbsent(verb, _ -> new TreeSet<>()).addAll(texts));
      other.forEach((verb, texts) -> all.computeIfAbsent(verb, _ -> new TreeSet<>()).addAll(texts));
      return all;
    }

    /** Of nothing. */
    public static Result none() {
      return new Result(0, 0, 0, 0, 0, new TreeMap<>(), new TreeMap<>(), List.of());
    }
  }

  /** What power cuts within one command left, on a machine that had these deployments before. */
  private record Outcomes(
      String verb, Set<DeploymentId> before, SortedSet<CrashAftermath> outcomes, long looks) {}

  /** Compares the history of a seed, of which at most so many steps are played. */
  public Result of(long seed, int mostSteps) {
    History drawn = Generator.history(seed);
    return of(drawn.with(drawn.acts().stream().limit(mostSteps).toList()));
  }

  /** Compares a history. */
  public Result of(History history) {
    long seed = history.seed();
    History quiet =
        history.with(history.acts().stream().map(it -> ScheduledStep.of(it.step())).toList());
    Map<String, Outcomes> allowed = new LinkedHashMap<>();
    Map<String, Outcomes> seen = new LinkedHashMap<>();
    require(
        Player.play(
            quiet, WorldFactory.SIMULATED, Player.SHIPPED, false, butBlessings(allowing(allowed))));
    require(Player.play(quiet, real, updater, false, butBlessings(seeing(seen))));
    if (!allowed.keySet().equals(seen.keySet())) {
      throw new IllegalStateException(
          "history %d went different ways: %s and %s"
              .formatted(seed, allowed.keySet(), seen.keySet()));
    }
    return compared(seed, allowed, seen);
  }

  /** Whether a boot needs a blessing is the world's: a machine may be made blessed already. */
  private static Player.Spectator butBlessings(Player.Spectator spectator) {
    return (step, plan, situation, engine) -> {
      if (!(step instanceof HistoryStep.Bless)) {
        spectator.before(step, plan, situation, engine);
      }
    };
  }

  private static void require(HistoryResult played) {
    if (played.violation().isPresent()) {
      throw new IllegalStateException("nothing struck it, and: " + played.violation().get());
    }
  }

  private static String name(Map<String, Outcomes> commands, PlannedCommand plan) {
    return "%d. %s".formatted(commands.size() + 1, plan.sentence());
  }

  // ---- what the model allows

  private static Player.Spectator allowing(Map<String, Outcomes> commands) {
    return (step, plan, situation, engine) -> {
      Enumeration enumeration = new Enumeration(plan, situation, engine);
      enumeration.run();
      commands.put(
          name(commands, plan),
          new Outcomes(
              step.verb(),
              situation.known.deployments().keySet(),
              enumeration.outcomes,
              enumeration.cuts));
    };
  }

  /** All power cuts within a command on the simulated machine. */
  private static final class Enumeration {
    private final PlannedCommand plan;
    private final PlayState situation;
    private final EngineRunner engine;
    private final SortedSet<CrashAftermath> outcomes = new TreeSet<>();
    private long cuts;

    Enumeration(PlannedCommand plan, PlayState situation, EngineRunner engine) {
      this.plan = plan;
      this.situation = situation;
      this.engine = engine;
    }

    void run() {
      int call = 1;
      while (cut(call, 0, false)) {
        cut(call, 0, true);
        for (int step = 1; step < MOST_STEPS && cut(call, step, false); step++) {
          cut(call, step, true);
        }
        call++;
      }
    }

    /** Returns whether there is such a place; if not, the power was cut after the call, or all. */
    private boolean cut(int call, int step, boolean committed) {
      boolean struck = false;
      for (int draw = 0; draw < DRAWS; draw++) {
        try (World world = WorldFactory.SIMULATED.like(cuts, situation.world)) {
          world.letTheKernelCommit();
          PlayState copy = situation.on(world);
          ScheduledFault strike =
              new ScheduledFault(call, step, new WorldFault.PowerCut(committed));
          CommandRun<?> run = Conformance.run(engine.in(copy), plan, List.of(strike));
          world.cutPower();
          outcomes.add(CrashAftermath.of(world, situation.known));
          cuts++;
          struck = run.ending() instanceof Ending.Over<?> && !run.struck().getFirst().after();
        }
      }
      return struck;
    }
  }

  private static CommandRun<?> run(
      EngineRunner engine, PlannedCommand plan, List<ScheduledFault> strikes) {
    try {
      return engine.run(plan.command(), strikes);
    } catch (HistoryAborted ended) {
      throw new IllegalStateException("nothing else struck it", ended);
    }
  }

  // ---- what is seen

  private Player.Spectator seeing(Map<String, Outcomes> commands) {
    return (step, plan, situation, engine) -> {
      SortedSet<CrashAftermath> outcomes = new TreeSet<>();
      long looks = 0;
      try (World world = real.like(commands.size() + 1L, situation.world)) {
        PlayState copy = situation.on(world);
        run(
            engine.in(copy),
            plan,
            List.of(new ScheduledFault(NEVER, 0, new WorldFault.PowerCut(false))));
        world.cutPower();
        for (World other : world.afterOtherCuts(states)) {
          try (other) {
            outcomes.add(CrashAftermath.of(other, situation.known));
            looks++;
          }
        }
      }
      commands.put(
          name(commands, plan),
          new Outcomes(step.verb(), situation.known.deployments().keySet(), outcomes, looks));
    };
  }

  // ---- the comparison

  private static Result compared(
      long seed, Map<String, Outcomes> allowed, Map<String, Outcomes> seen) {
    SortedMap<String, SortedSet<String>> allAllowed = new TreeMap<>();
    SortedMap<String, SortedSet<String>> allSeen = new TreeMap<>();
    List<Disagreement> disagreements = new ArrayList<>();
    long looks = 0;
    long cuts = 0;
    int leftOut = 0;
    for (Map.Entry<String, Outcomes> it : allowed.entrySet()) {
      Outcomes model = it.getValue();
      Outcomes disk = Objects.requireNonNull(seen.get(it.getKey()));
      if (!model.before().equals(disk.before())) {
        leftOut++;
        continue; // the cut at the end of the history brought back here what it did not there
      }
      cuts += model.looks();
      looks += disk.looks();
      SortedSet<String> may = texts(model);
      allAllowed.computeIfAbsent(model.verb(), _ -> new TreeSet<>()).addAll(may);
      allSeen.computeIfAbsent(model.verb(), _ -> new TreeSet<>()).addAll(texts(disk));
      for (String outcome : texts(disk)) {
        if (!may.contains(outcome)) {
          disagreements.add(new Disagreement(seed, it.getKey(), outcome, List.copyOf(may)));
        }
      }
    }
    return new Result(
        1, allowed.size() - leftOut, leftOut, looks, cuts, allAllowed, allSeen, disagreements);
  }

  private static SortedSet<String> texts(Outcomes outcomes) {
    SortedSet<String> texts = new TreeSet<>();
    outcomes.outcomes().forEach(it -> texts.add(it.text()));
    return texts;
  }
}
