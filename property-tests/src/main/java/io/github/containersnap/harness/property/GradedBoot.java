package io.github.containersnap.harness.property;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How whole the system is that a machine boots after a power cut.
 *
 * @param atPowerOn before anything repairs it
 * @param settled once the boot has settled what was interrupted; as {@code atPowerOn} if nothing
 *     does that
 * @param repaired once an administrator has done one of the updater's repairs, by its name; only if
 *     the system was neither old nor new
 */
public record GradedBoot(Grade atPowerOn, Grade settled, SortedMap<String, Grade> repaired) {
  public GradedBoot {
    repaired = Collections.unmodifiableSortedMap(new TreeMap<>(repaired));
  }
}
