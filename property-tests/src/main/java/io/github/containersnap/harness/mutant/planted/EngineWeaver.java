package io.github.containersnap.harness.mutant.planted;

import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.utility.JavaModule;
import org.jspecify.annotations.Nullable;

/**
 * Inlines all faults into the engine's classes, once in a process. The virtual machine must allow
 * it: {@code -XX:+EnableDynamicAgentLoading}.
 */
final class EngineWeaver {
  private static boolean woven;

  private final List<String> obstacles = new ArrayList<>();
  private final Set<String> planted = new HashSet<>();

  private EngineWeaver() {}

  /**
   * Plants them, unless that was done before.
   *
   * @throws IllegalStateException if the engine lacks a method that has a fault planted in it
   */
  static synchronized void weave() {
    if (!woven) {
      System.setProperty(
          "net.bytebuddy.safe", "true"); // without sun.misc.Unsafe, of which Java warns
      new EngineWeaver().plant(ByteBuddyAgent.install());
      woven = true;
    }
  }

  private void plant(Instrumentation instrumentation) {
    AgentBuilder builder =
        new AgentBuilder.Default()
            .disableClassFormatChanges()
            .with(AgentBuilder.RedefinitionStrategy.RETRANSFORMATION)
            .with(AgentBuilder.RedefinitionStrategy.Listener.ErrorEscalating.FAIL_FAST)
            .with(new Watch());
    Map<String, List<EngineFault.Place>> byType = new LinkedHashMap<>();
    Stream.of(EngineFault.values())
        .flatMap(fault -> fault.places().stream())
        .forEach(place -> byType.computeIfAbsent(place.type(), _ -> new ArrayList<>()).add(place));
    for (Map.Entry<String, List<EngineFault.Place>> type : byType.entrySet()) {
      builder =
          builder
              .type(ElementMatchers.named(type.getKey()))
              .transform((made, found, _, _, _) -> planted(made, found, type.getValue()));
    }
    // Before: what is first loaded for the advice of another class would be passed over.
    byType.keySet().forEach(this::load);
    builder.installOn(instrumentation);
    byType.keySet().stream()
        .filter(type -> !planted.contains(type))
        .forEach(type -> obstacles.add("nothing is planted in " + type));
    if (!obstacles.isEmpty()) {
      throw new IllegalStateException("faults cannot be planted: " + String.join("; ", obstacles));
    }
  }

  private DynamicType.Builder<?> planted(
      DynamicType.Builder<?> builder, TypeDescription type, List<EngineFault.Place> places) {
    DynamicType.Builder<?> made = builder;
    for (EngineFault.Place place : places) {
      ElementMatcher.Junction<MethodDescription> method =
          place.method().equals(EngineFault.Place.CONSTRUCTOR)
              ? ElementMatchers.isConstructor()
              : ElementMatchers.named(place.method());
      int found = type.getDeclaredMethods().filter(method).size();
      if (found == 1) {
        made = made.visit(Advice.to(place.advice()).on(method));
      } else {
        obstacles.add("%s has %d methods %s".formatted(place.type(), found, place.method()));
      }
    }
    return made;
  }

  private void load(String type) {
    try {
      Class<?> _ = Class.forName(type);
    } catch (ClassNotFoundException e) {
      obstacles.add("there is no class " + type);
    }
  }

  private final class Watch extends AgentBuilder.Listener.Adapter {
    @Override
    public void onTransformation(
        TypeDescription type,
        @Nullable ClassLoader loader,
        @Nullable JavaModule module,
        boolean loaded,
        DynamicType made) {
      planted.add(type.getName());
    }

    @Override
    public void onError(
        String type,
        @Nullable ClassLoader loader,
        @Nullable JavaModule module,
        boolean loaded,
        Throwable failure) {
      obstacles.add("%s: %s".formatted(type, failure));
    }
  }
}
