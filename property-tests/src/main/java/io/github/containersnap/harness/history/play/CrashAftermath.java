package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.history.ReferenceModel.Deployed;
import io.github.containersnap.harness.history.ReferenceModel.Known;
import io.github.containersnap.harness.history.ReferenceModel.Menu;
import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.Reader;
import io.github.containersnap.harness.world.DiskView;
import io.github.containersnap.harness.world.World;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a power cut within a command has left, before anything recovers from it: in words that tell
 * deployments apart by what they were before the command, so that outcomes of different histories,
 * and of different worlds, can be compared.
 *
 * <p>Of podman's store it says nothing: its own files are podman's, and what the engine makes of
 * them, whatever they are, is compared after recovery.
 *
 * @param text the words
 */
record CrashAftermath(String text) implements Comparable<CrashAftermath> {
  private static final String STORE = "@var/lib/container-snap/snapshots/";
  private static final String UNFINISHED = ".new";

  /**
   * Of a machine whose firmware has control.
   *
   * @param before what was known of it before the command
   */
  static CrashAftermath of(World world, Known before) {
    Map<DeploymentId, String> roles = roles(before);
    DiskView view = world.view();
    for (DeploymentId id : view.deployments()) {
      roles.putIfAbsent(id, "new");
    }
    List<String> parts = new ArrayList<>();
    String loader = inWords(world.firmware().plan(Reader.BOOT_LOADER), roles);
    String kernel = inWords(world.firmware().plan(Reader.KERNEL), roles);
    parts.add("boots " + loader);
    if (!loader.equals(kernel)) {
      parts.add("the kernel sees " + kernel);
    }
    parts.addAll(deployments(view, before, roles));
    parts.addAll(leftovers(view, roles));
    if (!view.pins().equals(before.pins())) {
      parts.add("other pins");
    }
    if (!view.data().equals(before.data())) {
      parts.add("other files in /var");
    }
    return new CrashAftermath(String.join("; ", parts));
  }

  private static Map<DeploymentId, String> roles(Known before) {
    Map<DeploymentId, String> roles = new TreeMap<>();
    before.byDefault().ifPresent(id -> roles.put(id, "default"));
    before.menu().flatMap(Menu::fallback).ifPresent(id -> roles.put(id, "fallback"));
    before.running().ifPresent(id -> roles.putIfAbsent(id, "running"));
    for (DeploymentId id : before.deployments().keySet()) {
      roles.putIfAbsent(id, "other");
    }
    return roles;
  }

  private static String inWords(BootPlan plan, Map<DeploymentId, String> roles) {
    String fallback = plan.fallback().map(entry -> ", else " + inWords(entry, roles)).orElse("");
    return inWords(plan.at(1), roles) + fallback + (plan.starts().size() > 1 ? ", on trial" : "");
  }

  private static String inWords(BootPlan.Start start, Map<DeploymentId, String> roles) {
    return start instanceof BootPlan.Entry entry
        ? DeploymentId.read(entry.entry()).map(id -> role(id, roles)).orElse("?")
        : "nothing";
  }

  private static String role(DeploymentId id, Map<DeploymentId, String> roles) {
    return Optional.ofNullable(roles.get(id)).orElse("one that is not there");
  }

  private static List<String> deployments(
      DiskView view, Known before, Map<DeploymentId, String> roles) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (DeploymentId id : view.deployments()) {
      Deployed was = before.deployments().get(id);
      String text = role(id, roles);
      if (view.differenceFromImage(id).isPresent()) {
        text += ", damaged";
      }
      if (was == null) {
        text += view.isReadOnly(id) ? ", sealed" : ", writable";
      } else {
        text += view.isReadOnly(id) == was.readOnly() ? "" : ", opened or closed";
        text += view.etc(id).equals(Optional.of(was.etc())) ? "" : ", another /etc";
      }
      counts.merge(text, 1, Integer::sum);
    }
    List<String> parts = new ArrayList<>();
    counts.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
        .forEach(it -> parts.add("there is " + it.getKey() + " (" + it.getValue() + ")"));
    return parts;
  }

  /** Drafts, discarded ones, the journal, files that were being replaced. */
  private static TreeSet<String> leftovers(DiskView view, Map<DeploymentId, String> roles) {
    TreeSet<String> parts = new TreeSet<>();
    for (String path : view.strays()) {
      if (!path.startsWith(STORE)) {
        parts.add("left is " + withRoles(path, roles));
      }
    }
    return parts;
  }

  private static String withRoles(String path, Map<DeploymentId, String> roles) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    for (Map.Entry<DeploymentId, String> it : roles.entrySet()) {
      if (name.contains(it.getKey().toString())) {
        return "something of " + it.getValue();
      }
    }
    if (name.endsWith(UNFINISHED)) {
      return "a file that was being replaced";
    }
    return path.contains("/deployments/") ? "something of new" : path;
  }

  @Override
  public int compareTo(CrashAftermath other) {
    return text.compareTo(other.text);
  }
}
