/**
 * The values that the engine, its ports and its callers speak of: ids, the boot menu, the layout of
 * the disk, progress, and the exceptions about them. No rule and no port.
 */
@NullMarked
package io.github.containersnap.engine.model;

import org.jspecify.annotations.NullMarked;
