/**
 * SHA-256, JSON, versions, waiting, two tasks at once: what several packages use and no package of
 * ours stands below.
 */
@NullMarked
package io.github.containersnap.base;

import org.jspecify.annotations.NullMarked;
