package io.github.containersnap.lint.model;

import java.util.Locale;

/** The rules an image should keep. Each has a name that does not change: scripts ignore by it. */
public enum LintRule {
  ARCHITECTURE(Topic.BOOT),
  BOOTABLE(Topic.BOOT),
  SEVERAL_KERNELS(Topic.BOOT),
  DANGLING_LINK(Topic.BOOT),
  SELINUX_LABELS(Topic.BOOT),
  NO_UPDATER(Topic.UPDATES),
  NO_UPDATER_UNITS(Topic.UPDATES),
  NO_UPDATER_PROGRAMS(Topic.UPDATES),
  HEALTH_CHECK(Topic.UPDATES),
  UPDATE_HOOK(Topic.UPDATES),
  PACKAGE_TIMER(Topic.UPDATES),
  SIGNATURE_POLICY(Topic.UPDATES),
  TUKIT(Topic.UPDATES),
  MACHINE_ID(Topic.ETC),
  SSH_HOST_KEY(Topic.ETC),
  ROOT_PASSWORD(Topic.ETC),
  FSTAB(Topic.ETC),
  HOSTNAME(Topic.ETC),
  RESOLV_CONF(Topic.ETC),
  HOSTS(Topic.ETC),
  ADJTIME(Topic.ETC),
  VAR_CONTENT(Topic.SHARED),
  PACKAGE_DATABASE(Topic.SHARED),
  HOME_CONTENT(Topic.SHARED),
  DEVICE_NODE(Topic.FILES),
  WORLD_WRITABLE(Topic.FILES),
  CLOSED_DIRECTORY(Topic.FILES),
  SET_USER_ID(Topic.FILES),
  CONTAINER_MARK(Topic.FILES),
  CONTROL_CHARACTER(Topic.FILES);

  private final Topic topic;

  LintRule(Topic topic) {
    this.topic = topic;
  }

  /** What its findings are shown under. */
  public Topic topic() {
    return topic;
  }

  /** The name as people and scripts write it, such as {@code machine-id}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
