package io.github.containersnap.engine.port;

import io.github.containersnap.engine.model.BootMenu;
import java.util.Optional;

/** What decides which deployment boots. */
public interface Bootloader {
  /** Makes the place where the boot menu lives, where there is none. */
  void initialize();

  /**
   * The menu in force, or nothing before the first deployment.
   *
   * @throws io.github.containersnap.engine.model.DamagedStateException if the menu cannot be read
   */
  Optional<BootMenu> menu();

  /**
   * The commit point: replaces the whole menu in one step and makes that durable, for the boot
   * loader and for the kernel. When it returns, the next boot is {@code menu.byDefault()}; when the
   * power is lost in it, the next boot follows either the old menu or the new one, whole.
   */
  void replaceMenu(BootMenu menu);

  /**
   * Whether it counts the boots of a default that is on trial, and gives up on it when they are
   * used up.
   */
  boolean countsBoots();

  /**
   * Whether it tells a kernel the arguments of its menu's entry. One that does not takes them from
   * a configuration that is not the engine's.
   */
  default boolean passesArguments() {
    return true;
  }

  /**
   * Why it cannot be made to boot deployments instead of a system that it boots now; empty if it
   * can. Only reads.
   *
   * @param subvolume the system's root, as a path from the top level
   */
  default Optional<String> obstacle(String subvolume) {
    return Optional.empty();
  }

  /**
   * Makes it boot by the menu as soon as there is one, instead of the system at {@code subvolume};
   * returns when that is durable. Until there is a menu the system boots as before.
   */
  default void follow(String subvolume) {}

  /** Takes {@link #follow} back. */
  default void unfollow(String subvolume) {}

  /** Removes what an interrupted {@link #replaceMenu} left. */
  void removeLeftovers();
}
