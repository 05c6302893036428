/**
 * What boots: GRUB's menu and environment, or the default subvolume. It uses the engine's ports
 * only, so that the simulated machine runs the same code.
 */
@NullMarked
package io.github.containersnap.adapter.bootloader;

import org.jspecify.annotations.NullMarked;
