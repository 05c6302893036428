package io.github.containersnap.engine.model;

/**
 * What a deployment boots with. All three come from the same deployment, so they cannot disagree.
 *
 * @param version the kernel's version, the name of its directory of modules
 * @param kernel the kernel's path from the deployment's root, free of links, no leading slash
 * @param initrd likewise, the initrd's
 */
public record BootFiles(String version, String kernel, String initrd) {}
